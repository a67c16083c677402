package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every option of the commands that plan, measure, check and explain: what makes no sense is refused in one sentence
/// with exit status 2, and nothing is written. (Commands that read or write data: `BadInputTest`.)
class BadOptionsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            plan                                          | which model? Give --preset NAME
            plan extra                                    | Unmatched argument at index 1: 'extra'
            plan --preset small --batch-size 0            | --batch-size is 0, expected a whole number from 1
            plan --preset small --batch-size -3           | --batch-size is -3, expected a whole number from 1
            plan --preset gpt2-xl --batch-size 2147483647 | is beyond what this program counts
            plan --preset small --micro-batches 0         | --micro-batches is 0, expected a whole number from 1
            plan --preset small --batch-size 8 --micro-batches 3 | --micro-batches 3 does not divide --batch-size 8
            plan --preset small --vocab-size 0            | --vocab-size is 0, expected a whole number from 1
            plan --preset small --context-length 0        | --context-length is 0, expected a whole number from 1
            plan --preset small --num-layers 0            | --num-layers is 0, expected a whole number from 1
            plan --preset small --num-heads 0             | --num-heads is 0, expected a whole number from 1
            plan --preset small --num-heads 7             | 7 heads do not divide the model width 128
            plan --preset small --num-heads 128           | RoPE rotates pairs, but the head width 1
            plan --preset small --num-kv-heads 3          | 3 key/value heads do not divide the 4 heads
            plan --preset small --num-layers 2147483647 --d-model 2147483600 --d-ff 4 | not those of a model
            plan --preset small --d-ff 0                  | --d-ff is 0, expected a whole number from 1
            plan --preset small --d-ff 3/0                | --d-ff 3/0 is not a whole number
            plan --preset small --norm middle             | expected one of pre, post, none, found middle
            plan --preset small --position sine           | expected one of rope, none, found sine
            plan --preset small --steps 0                 | --steps "0" is zero, expected more
            plan --preset small --steps -1                | --steps "-1" is not a positive number
            plan --preset small --steps 9999999999T       | is beyond what this program counts
            plan --preset small --tokens 12x              | has the unknown unit "x", expected one of B, G, K, M, T, k
            plan --preset small --device-memory -80GB     | memory "-80GB" is not a positive number with a unit
            plan --preset small --device-memory 0GB       | memory "0GB" is zero
            plan --preset small --device-memory 99999999999GB | is beyond what this program counts
            plan --preset small --device-memory 80gb      | has the unknown unit "gb"
            plan --preset small --peak 0FLOP/s --steps 1  | peak "0FLOP/s" is zero
            plan --preset small --peak 19.5 --steps 1     | peak "19.5" has no unit
            plan --preset small --peak 1e400TFLOP/s --steps 1 | peak is Infinity FLOP/s
            plan --preset small --mfu 0                   | --mfu is 0.0, expected more than 0 and at most 1
            plan --preset small --mfu half                | 'half' is not a number
            plan --preset small --mfu 0.5                 | --mfu is for a run: give --steps or --tokens
            plan --preset small --peak 19.5TFLOP/s        | --peak is for a run: give --steps or --tokens
            plan --preset small --steps 1.5               | --steps "1.5" is not a whole number
            plan --preset small --tokens 0.0001k          | --tokens "0.0001k" is not a whole number
            plan --preset small --picture /dev/null/p.svg | /dev/null
            plan --preset small --sweep d-ff=64,,128      | d-ff=64,,128: a value between two commas is missing
            plan --preset small --sweep tied=maybe        | tied is maybe, expected true or false
            plan --preset gpt2-xl --context-length 10000000 | inkling plan: attention scores would be
            plan --preset small --sweep context-length=0  | --context-length is 0, expected a whole number from 1
            plan --preset small --sweep num-heads=4,3     | 3 heads do not divide the model width 128
            plan --compare small --preset small           | give --compare, or --preset or --config, not both
            plan --compare small tinystories --sweep d-model=1 | give --compare or --sweep, not both
            plan --config nowhere.json                    | nowhere.json: no such file or folder
            machine --preset huge                         | preset "huge" is not known, expected one of demo, small
            machine --batch-size 0                        | --batch-size is 0, expected 1 to
            machine --batch-size -1                       | --batch-size is -1, expected 1 to
            machine --batch-size 99999999                 | --batch-size is 99999999, expected 1 to
            machine --batch-size many                     | 'many' is not a whole number
            machine --matmul fast                         | --matmul is 'fast', expected java or onednn-bf16
            machine --onednn nowhere                      | --onednn names the library for --matmul onednn-bf16
            check                                         | Missing required option: '--fixtures=DIR'
            check --fixtures nowhere                      | nowhere: expected a folder with the reference files
            unicode                                       | give a TEXT, --bytes or --invalid-pairs
            unicode --bytes zz                            | expected pairs of hexadecimal digits
            unicode --bytes e                             | expected pairs of hexadecimal digits
            lab                                           | expected a command: sgd, bpe
            lab nonsense                                  | Unmatched argument at index 1: 'nonsense'
            lab sgd --lr many                             | 'many' is not a number
            lab sgd --lr 0                                | --lr is 0.0, expected a positive number
            lab sgd --lr 1e308                            | --lr is 1.0E308, expected a positive number up to
            lab sgd --lr NaN                              | --lr is NaN, expected a positive number
            lab sgd --lr -1                               | --lr is -1.0, expected a positive number
            lab sgd --steps 0                             | --steps is 0, expected 1 to 100,000
            lab sgd --steps 99999999999                   | '99999999999' is not a whole number
            lab sgd --first-loss -1                       | --first-loss is -1.0, expected a number of at least 0
            lab bpe                                       | Missing required option: '--text=TEXT'
            lab bpe --text=                               | --text is empty, expected words to learn from
            lab bpe --text low --merges 0                 | --merges is 0, expected at least 1
            lab bpe --text low --split words              | expected one of [WHITESPACE, GPT2]
            lab loss                                      | give --loss, --vocab-size or --logits
            lab loss --loss -1                            | --loss has -1.0, expected numbers of at least 0
            lab loss --vocab-size 0                       | --vocab-size is 0, expected at least 1
            lab loss --loss 1 --bytes-per-token 0         | --bytes-per-token is 0.0, expected more than 0
            lab loss --logits 1,2 --target 5              | --target is 5, expected 0 to 1
            lab schedule --warmup -1                      | warm-up -1
            lab schedule --warmup 30 --cycle 20           | 0 ≤ warm-up ≤ cycle
            lab schedule --min 2 --max 1                  | expected min ≤ max
            lab schedule --max -1                         | found -1.0, expected a number of at least 0
            lab clip --max-norm 0                         | max norm is 0.0, expected more than 0
            lab clip --norms -1                           | --norms has -1.0, expected numbers of at least 0
            lab batch                                     | Missing required option: '--data=FILE'
            lab batch --data nowhere.npy                  | nowhere.npy: there is no such file
            lab checkpoint --run nowhere                  | nowhere: expected the folder of a run
            lab sampling --temperature -1                 | temperature is -1.0, expected at least 0
            lab sampling --top-p 0                        | top-p is 0.0, expected more than 0 and at most 1
            lab sampling --top-k -1                       | top-k is -1, expected at least 0
            lab mistakes nothing                          | mistake 'nothing' is none of heads, models
            lab mistakes --preset huge                    | preset "huge" is not known
            lab sweep                                     | Missing required options: '--data=FILE', '--out=DIR'
            handbook extra                                | Unmatched argument at index 1: 'extra'
            tokenizer experiments                         | Missing required options: '--tokenizer=PATH'
            tokenizer experiments --tokenizer nowhere --corpus x | nowhere: expected a tokenizer
            tokenizer experiments --tokenizer x --corpus y --threads 0 | --threads is 0, expected 1 to 1024
            tokenizer experiments --tokenizer x --corpus y --sample 0 | --sample is 0, expected 1 to
            tokenizer experiments --tokenizer x --corpus y --sample 16X | '16X' is not a number such as 20000
            tokenizer experiments --tokenizer x --corpus y --seconds -1 | --seconds is -1.0, expected 0 to 3600
            tokenizer experiments --tokenizer x --corpus y --json --csv | give --json or --csv, not both
            train --data x --run OUT --device-memory 5    | memory "5" has no unit
            train --data x --run OUT --micro-batches 0    | micro_batches: expected an integer from 1
            train --data x --run OUT --matmul fast        | --matmul is 'fast', expected java or onednn-bf16
            train --data x --run OUT --onednn nowhere     | --onednn names the library for --matmul onednn-bf16
            train --data x --run OUT --minutes 0          | --minutes replaces --steps, and is more than 0
            train --data x --run OUT --num-heads 0        | num_heads: expected an integer from 1
            generate --run x --weights float8             | 'float8' is not float32, bfloat16 or int8
            eval --run x --weights 8                      | '8' is not float32, bfloat16 or int8
            eval --run x --weights int8 --matmul onednn-bf16 | multiplies weights of 32 bits, not those of --weights
            demo --dir OUT --minutes 0                    | --minutes is 0.0, expected more than 0
            demo --dir OUT --minutes -1                   | --minutes is -1.0, expected more than 0
            demo --dir OUT --threads 0                    | --threads is 0, expected at least 1
            demo --dir OUT --documents 0                  | --documents is 0, expected at least 1
            """)
    void are_refused_in_one_sentence(String arguments, String words) {
        Path out = folder.resolve("out");
        Outcome outcome = Session.run(arguments.replace("OUT", out.toString()).split(" +"));
        assertThat(outcome.err()).contains(words).doesNotContain("\tat ", "Exception");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines().filter(line -> line.startsWith("inkling")))
                .hasSize(1);
        assertThat(Files.exists(out)).isFalse();
    }
}

package inkling.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.CommandFrame;
import inkling.app.terminal.Terminal;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `inkling machine`.
class MachineCommandTest {
    private String run(int status, String... args) {
        var out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(new CommandFrame(Terminal.captured(stream, stream)).run(args))
                .isEqualTo(status);
        return out.toString(StandardCharsets.UTF_8);
    }

    /// The peak was once taken from code not yet compiled, thirty times too low. Other work on the machine can make two
    /// speeds measured at different moments differ by a small factor, which says nothing about the program.
    @Test
    void no_product_is_far_above_the_peak() throws IOException {
        String printed = run(0, "machine", "--preset", "demo", "--json");
        JsonPlace json = JsonReader.read("printed", printed.substring(printed.indexOf('{')));
        double peak = json.member("peak_all").number();
        assertThat(peak).isGreaterThanOrEqualTo(json.member("peak_per_core").number());
        assertThat(json.member("rates").items()).isNotEmpty();
        for (JsonPlace rate : json.member("rates").items()) {
            assertThat(rate.member("forward").number())
                    .as(rate.member("shape").text())
                    .isLessThan(4 * peak);
        }
        assertThat(run(0, "machine", "--preset", "demo"))
                .contains("SIMD width", "FP32 peak, one core", "memory, copy", "of peak", "output head", "attention")
                .contains("--measure measures anew");
    }

    @Test
    void the_heading_says_how_much_of_a_large_batch_was_measured() {
        assertThat(run(0, "machine", "--preset", "demo", "--batch-size", "16"))
                .contains("16 sequences at once, at most 2,048 of their 4,096 tokens in one measurement\n")
                .contains("8 × 256 tokens");
        assertThat(run(0, "machine", "--preset", "demo", "--batch-size", "8")).contains("8 sequences at once\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --batch-size 0                        | --batch-size is 0, expected 1 to 256 sequences of 256 tokens
            --batch-size 100000                   | --batch-size is 100000, expected 1 to 256
            --preset abacus                       | "abacus" is not known
            --again                               | Unknown option: '--again'
            """)
    void bad_input_is_explained(String args, String message) {
        assertThat(run(2, ("machine " + args).split(" "))).contains(message);
    }

    @Test
    void help_names_every_option() {
        assertThat(run(0, "machine", "--help")).contains("--measure", "--preset", "--batch-size", "--json");
    }
}

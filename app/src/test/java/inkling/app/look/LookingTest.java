package inkling.app.look;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.CommandFrame;
import inkling.app.terminal.Terminal;
import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.MergeHistory;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookingTest {
    private static final String TEXT =
            "the cat </script><b>the\tend</b> & \"café\" \u200b世\r\n".repeat(30) + "<|endoftext|>";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final VisibleText visible = new VisibleText();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Tokenizer tokenizer = new BpeTrainer(TrainerOptions.of(280))
            .train(TEXT.getBytes(StandardCharsets.UTF_8), ProgressListener.NONE)
            .tokenizer();

    @BeforeEach
    void write_text_and_tokenizer() throws IOException {
        tokenizer.save(folder.resolve("tok"));
        Files.writeString(folder.resolve("text.txt"), TEXT);
    }

    private int run(String... args) {
        PrintStream results = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream notes = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new CommandFrame(Terminal.captured(results, notes)).run(args);
    }

    private String page(String... more) throws IOException {
        String[] args = {
            "tokenizer",
            "page",
            "--tokenizer",
            folder.resolve("tok").toString(),
            "--text",
            folder.resolve("text.txt").toString(),
            "--out",
            folder.resolve("page.html").toString()
        };
        int status = run(Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new));
        assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return Files.readString(folder.resolve("page.html"));
    }

    @Test
    void the_page_escapes_the_text_and_loads_nothing() throws IOException {
        String page = page();
        assertThat(page)
                .startsWith("<!doctype html>")
                .contains("default-src &#39;none&#39;")
                .doesNotContain("<b>the");
        assertThat(page.split("</script>", -1)).hasSize(3);
        assertThat(page).doesNotContain("http://", "https://", "src=", "@import", "url(");
    }

    @Test
    void the_shown_tokens_are_those_of_the_whole_text() throws IOException {
        String page = page();
        String shown = page.substring(page.indexOf("id=\"text\""), page.indexOf("<div class=\"tables\">"));
        String ids = Stream.of(shown.split("<span data-t=\"", -1))
                .skip(1)
                .map(part -> part.substring(0, part.indexOf('"')))
                .collect(Collectors.joining(" "));
        byte[] utf8 = TEXT.getBytes(StandardCharsets.UTF_8);
        String expected = IntStream.of(tokenizer.encode(utf8, SpecialPolicy.ALLOW))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(" "));
        assertThat(ids).isEqualTo(expected);
    }

    @Test
    void a_large_text_is_cut_with_a_word_about_it() throws IOException {
        String page = page("--limit", "7");
        assertThat(page).contains("The first 7 of ");
    }

    @Test
    void both_parts_of_every_merge_make_its_token() {
        var history = new MergeHistory(tokenizer);
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            int whole = id;
            history.lastMerge(id)
                    .ifPresent(merge -> assertThat(tokenizer.decodeBytes(merge.left(), merge.right()))
                            .isEqualTo(tokenizer.tokenBytes(whole)));
            boolean single = tokenizer.tokenBytes(id).length == 1 || id == 0;
            assertThat(history.lastMerge(id).isEmpty()).isEqualTo(single);
        }
    }

    @Test
    void nothing_in_a_token_is_invisible() {
        assertThat(visible.plain(" a\t\n\r\u200b\u00a0世".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("·a→⏎␍U+200BU+00A0世");
        assertThat(visible.plain(new byte[] {(byte) 0xE4, (byte) 0xB8, 'x', (byte) 0xED, (byte) 0xA0, (byte) 0x80}))
                .isEqualTo("<E4><B8>x<ED><A0><80>");
    }

    @Test
    void experiments_compare_every_tokenizer_on_every_corpus() {
        String tok = folder.resolve("tok").toString();
        String text = folder.resolve("text.txt").toString();
        assertThat(run(
                        "tokenizer",
                        "experiments",
                        "--tokenizer",
                        tok,
                        tok,
                        "--corpus",
                        text,
                        "--seconds",
                        "0",
                        "--csv"))
                .isZero();
        String csv = out.toString(StandardCharsets.UTF_8);
        assertThat(csv).startsWith("tokenizer,vocabulary_size,corpus,");
        long tokens = tokenizer.count(TEXT, SpecialPolicy.ALLOW);
        int bytes = TEXT.getBytes(StandardCharsets.UTF_8).length;
        assertThat(csv.lines().skip(1)).hasSize(2).allMatch(line -> line.contains("," + bytes + "," + tokens + ","));
    }

    @Test
    void a_missing_text_is_one_sentence() {
        String tok = folder.resolve("tok").toString();
        assertThat(run("tokenizer", "page", "--tokenizer", tok, "--text", "nowhere.txt", "--out", "page.html"))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nowhere.txt: no such file or folder");
    }
}

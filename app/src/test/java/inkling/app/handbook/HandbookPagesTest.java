package inkling.app.handbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import inkling.app.CommandFrame;
import inkling.app.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

/// The pages hold every chapter, and need nothing but themselves.
class HandbookPagesTest {
    private static final Pattern LINK = Pattern.compile("href=\"([^\"#:]+)\"");
    private static final Pattern SOURCE = Pattern.compile("src=\"([^\"]{0,30})");
    private static final Pattern FORMULA = Pattern.compile("(?s)<math.*?</math>");

    @TempDir
    private Path folder = Path.of("");

    private List<Path> pages = List.of();

    @BeforeEach
    void write_all_pages() throws IOException {
        var printed = new ByteArrayOutputStream();
        var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int status = new CommandFrame(Terminal.captured(stream, stream)).run("handbook", "--out", folder.toString());
        assertThat(status).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            pages = files.sorted().toList();
        }
    }

    @Test
    void there_is_a_page_for_each_chapter_and_one_with_the_contents() throws IOException {
        assertThat(pages).hasSameSizeAs(HandbookTest.chapters()).contains(folder.resolve("index.html"));
        assertThat(new HandbookPages().entries()).hasSize(pages.size() - 1);
    }

    @Test
    void links_lead_to_pages_and_nothing_is_fetched() throws IOException {
        for (Path page : pages) {
            String html = Files.readString(page);
            assertThat(LINK.matcher(html).results().map(link -> link.group(1)))
                    .as(page.toString())
                    .allSatisfy(target -> assertThat(folder.resolve(target)).exists());
            assertThat(SOURCE.matcher(html).results().map(source -> source.group(1)))
                    .allSatisfy(source -> assertThat(source).startsWith("data:image/svg+xml;base64,"));
            assertThat(html)
                    .contains("prefers-color-scheme: dark", "color-scheme: light dark")
                    .doesNotContain("<script", "@import", "<!-- keep", "<link");
        }
    }

    @Test
    void formulas_are_well_formed_and_none_is_left_as_it_was_typed() throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        for (Path page : pages) {
            String html = Files.readString(page);
            for (var formula : FORMULA.matcher(html).results().toList()) {
                var document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(formula.group())));
                assertThat(document.getElementsByTagName("merror").getLength()).isZero();
            }
            String rest = html.replaceAll("(?s)<pre.*?</pre>|<code>.*?</code>|<math.*?</math>|<style.*?</style>", "");
            assertThat(rest).as(page.toString()).doesNotContain("$", "\\frac", "```", "**");
        }
    }

    @Test
    void a_fraction_a_root_and_a_sum_are_what_they_are() {
        assertThat(MathMl.of("\\frac{a}{\\sqrt{2}}", false))
                .isEqualTo("<math><mrow><mfrac><mrow><mi>a</mi></mrow><mrow><msqrt><mrow><mn>2</mn></mrow></msqrt>"
                        + "</mrow></mfrac></mrow></math>");
        assertThat(MathMl.of("\\sum_{i=1}^{k} p_{i}", true)).contains("<munderover><mo>∑</mo>", "<msub><mi>p</mi>");
        assertThat(MathMl.of("30 \\cdot 64 = 1{,}920", false)).contains("<mn>1,920</mn>");
        assertThat(MathMl.of("a < b", false)).contains("&lt;");
    }

    @Test
    void what_needs_a_font_made_for_formulas_is_drawn_by_the_style() throws IOException {
        assertThat(MathMl.of("\\mathbf{Q}", false)).contains("<mi mathvariant=\"normal\" class=\"bold\">Q</mi>");
        assertThat(MathMl.of("\\begin{pmatrix} a & b \\end{pmatrix}", true))
                .contains("<mtable class=\"pmatrix\"><mtr><mtd>")
                .doesNotContain("<mo>(");
        assertThat(MathMl.of("\\begin{cases} a & b \\end{cases}", true))
                .contains("<mtable class=\"cases\">")
                .doesNotContain("<mo>{");
        assertThat(Files.readString(folder.resolve("index.html")))
                .contains("math .bold {", "math .pmatrix {", "math .cases {");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\unknown", "\\frac12", "{a", "\\left( a", "\\begin{cases} a", "\\text a"})
    void what_cannot_be_shown_is_refused(String tex) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MathMl.of(tex, false))
                .withMessageContaining("formula");
    }
}

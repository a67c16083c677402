package inkling.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.FormatterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `./format` does to lines of Markdown docs.
class SourceFormatTest {
    private final SourceFormat format = new SourceFormat();

    @ParameterizedTest
    @ValueSource(ints = {60, 112, 113, 116, 117, 119, 120, 121, 140})
    void doc_lines_stay_as_they_are_however_wide(int width) throws FormatterException {
        String line = "    /// " + "word ".repeat(30).substring(0, width - 9) + ".";
        String source = """
                class Wide {
                    /// The first line.
                %s
                    /// - and the last.
                    void run() {}
                }
                """.formatted(line);
        assertThat(line).hasSize(width);
        assertThat(format.format(source)).isEqualTo(source);
    }

    @Test
    void code_and_the_indentation_of_docs_are_formatted() throws FormatterException {
        String source = """
                import java.util.Map;
                import java.util.List;

                /// Doc of the class.
                class   Ragged {
                  /// First, with [List].
                        ///
                  ///     code $1 \\ #7
                  void run( ) { }
                }
                """;
        assertThat(format.format(source)).isEqualTo("""
                import java.util.List;

                /// Doc of the class.
                class Ragged {
                    /// First, with [List].
                    ///
                    ///     code $1 \\ #7
                    void run() {}
                }
                """);
    }

    @Test
    void lines_of_a_text_block_are_not_changed() throws FormatterException {
        String source = """
                class Texts {
                    String text = ""\"
                            /// #3
                              /// ## not a doc
                            ""\";
                }
                """;
        assertThat(format.format(source)).isEqualTo(source);
    }
}

package inkling.tokenizer.unicode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class CharClassTest {

    @Test
    void the_frozen_table_is_what_the_generator_makes_of_unicode_16() {
        int javaVersion = Runtime.version().feature();
        Assumptions.assumeTrue(javaVersion == 24 || javaVersion == 25, "skipped: this JDK is not of Unicode 16");
        assertThat(UnicodeClassData.RUNS).isEqualTo(UnicodeClassGenerator.runs());
    }

    @Test
    void every_code_point_has_the_class_the_generator_gives_it() {
        Assumptions.assumeTrue(Runtime.version().feature() == 25, "skipped: this JDK is not of Unicode 16");
        for (int codePoint = 0; codePoint < 0x110000; codePoint++) {
            if (CharClass.of(codePoint) != UnicodeClassGenerator.classOf(codePoint)) {
                throw new AssertionError("the class of U+%04X differs".formatted(codePoint));
            }
        }
    }

    @Test
    void the_table_of_ascii_is_the_beginning_of_the_whole_one() {
        for (int codePoint = 0; codePoint < 128; codePoint++) {
            int packed = CharClass.at(new byte[] {(byte) codePoint}, 0, 1);
            assertThat(CharClass.classOf(packed)).isEqualTo(CharClass.of(codePoint));
            assertThat(CharClass.lengthOf(packed)).isEqualTo(1);
        }
    }

    @Test
    void white_space_is_the_unicode_property_and_not_that_of_java() {
        for (int space : new int[] {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x85, 0xA0, 0x2007, 0x2028, 0x202F, 0x3000}) {
            assertThat(CharClass.of(space)).as("U+%04X", space).isEqualTo(CharClass.SPACE);
        }
        for (int other : new int[] {0x1C, 0x1F, 0x180E, 0x200B, 0xFEFF}) {
            assertThat(CharClass.of(other)).as("U+%04X", other).isNotEqualTo(CharClass.SPACE);
        }
    }
}

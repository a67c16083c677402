package inkling.core.train;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChecksumTest {
    /// The check value of the catalogue of CRC algorithms, CRC-32/ISCSI.
    private static final byte[] DIGITS = "123456789".getBytes(US_ASCII);

    private static final String DIGITS_CHECK = "crc32c:e3069283";

    /// The first example of FIPS 180-2, appendix B.
    private static final byte[] ABC = "abc".getBytes(US_ASCII);

    private static final String ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    @Test
    void bytes_have_the_published_values() throws IOException {
        Path file = Files.write(folder.resolve("digits"), DIGITS);
        assertThat(Checksum.of(DIGITS)).isEqualTo(DIGITS_CHECK);
        assertThat(Checksum.of(file)).isEqualTo(DIGITS_CHECK);
        assertThat(Checksum.matches(DIGITS_CHECK, DIGITS)).isTrue();
        assertThat(Checksum.matches(DIGITS_CHECK, file)).isTrue();
        assertThat(Checksum.matches(DIGITS_CHECK, ABC)).isFalse();
        Files.write(file, ABC);
        assertThat(Checksum.matches(DIGITS_CHECK, file)).isFalse();
    }

    @Test
    void checkpoints_of_before_have_sha_256() throws IOException {
        Path file = Files.write(folder.resolve("abc"), ABC);
        assertThat(Checksum.matches(ABC_SHA256, ABC)).isTrue();
        assertThat(Checksum.matches(ABC_SHA256, file)).isTrue();
        assertThat(Checksum.matches(ABC_SHA256, DIGITS)).isFalse();
        Files.write(file, DIGITS);
        assertThat(Checksum.matches(ABC_SHA256, file)).isFalse();
    }
}

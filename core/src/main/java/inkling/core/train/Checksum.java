package inkling.core.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/// Tells whether bytes are still those that were written: CRC-32C, as in `crc32c:9a71bb4c`.
///
/// A cryptographic hash would find accidental damage no better, and took 0.2 of the 1.7 seconds to the first word of a
/// small model: until it is compiled it reads 100 MB/s, where this has its own instruction.
final class Checksum {
    private static final String PREFIX = "crc32c:";
    private static final int BUFFER_BYTES = 1 << 20;

    private Checksum() {}

    static String of(Path file) throws IOException {
        var crc = new CRC32C();
        try (var input = new CheckedInputStream(Files.newInputStream(file), crc)) {
            drain(input);
        }
        return inWords(crc);
    }

    static String of(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return inWords(crc);
    }

    /// Whether a file has this checksum, which may be of the kind that was written before: SHA-256.
    static boolean matches(String expected, Path file) throws IOException {
        if (expected.startsWith(PREFIX)) {
            return of(file).equals(expected);
        }
        try (var input = new DigestInputStream(Files.newInputStream(file), sha256())) {
            drain(input);
            return HexFormat.of().formatHex(input.getMessageDigest().digest()).equals(expected);
        }
    }

    static boolean matches(String expected, byte[] bytes) {
        return expected.startsWith(PREFIX)
                ? of(bytes).equals(expected)
                : HexFormat.of().formatHex(sha256().digest(bytes)).equals(expected);
    }

    private static void drain(InputStream input) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (input.read(buffer) >= 0) {
            // the stream sums what is read
        }
    }

    private static String inWords(CRC32C crc) {
        return PREFIX + HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

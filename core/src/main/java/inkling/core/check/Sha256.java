package inkling.core.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 fingerprints in hexadecimal.
final class Sha256 {
    private Sha256() {}

    static String of(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Of ids as 16-bit little-endian numbers.
    static String ofUint16(int... ids) {
        byte[] packed = new byte[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            packed[2 * i] = (byte) ids[i];
            packed[2 * i + 1] = (byte) (ids[i] >> 8);
        }
        return HexFormat.of().formatHex(digest().digest(packed));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

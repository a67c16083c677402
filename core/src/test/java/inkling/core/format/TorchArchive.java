package inkling.core.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Torch checkpoints as torch writes them, and every way of writing them wrong, for tests.
public final class TorchArchive {
    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /// Starts a dictionary.
    public TorchArchive() {
        bytes(0x80, 2, '}', '(');
    }

    /// Adds a matrix of 32-bit floats with its own storage.
    public TorchArchive matrix(String name, int rows, int columns, float... values) {
        return text(name).view(storage(values), values.length, new int[] {rows, columns}, new int[] {columns, 1});
    }

    /// Adds a vector of 32-bit floats with its own storage.
    public TorchArchive vector(String name, float... values) {
        return text(name).view(storage(values), values.length, new int[] {values.length}, new int[] {1});
    }

    private String storage(float... values) {
        String key = Integer.toString(entries.size());
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        entries.put("data/" + key, data.array());
        return key;
    }

    /// Adds a view of a storage, whatever it claims.
    public TorchArchive view(String key, int elements, int[] shape, int[] strides) {
        ascii("ctorch._utils\n_rebuild_tensor_v2\n((");
        text("storage");
        ascii("ctorch\nFloatStorage\n");
        text(key).text("cpu").number(elements);
        bytes('t', 'Q', 'K', 0, '(');
        for (int size : shape) {
            number(size);
        }
        bytes('t', '(');
        for (int stride : strides) {
            number(stride);
        }
        bytes('t', 0x89);
        ascii("ccollections\nOrderedDict\n)RtR");
        return this;
    }

    /// Adds a text.
    public TorchArchive text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes('X', utf8.length, utf8.length >> 8, utf8.length >> 16, utf8.length >> 24);
        pickle.writeBytes(utf8);
        return this;
    }

    /// Adds a whole number.
    public TorchArchive number(int value) {
        bytes('J', value, value >> 8, value >> 16, value >> 24);
        return this;
    }

    private void ascii(String text) {
        pickle.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void bytes(int... values) {
        for (int value : values) {
            pickle.write(value);
        }
    }

    /// The pickle so far, with the dictionary ended.
    public byte[] pickle() {
        var ended = new ByteArrayOutputStream();
        ended.writeBytes(pickle.toByteArray());
        ended.write('u');
        ended.write('.');
        return ended.toByteArray();
    }

    /// Writes the archive.
    public Path write(Path file) throws IOException {
        return write(file, pickle());
    }

    /// Writes the archive with another pickle.
    public Path write(Path file, byte[] itsPickle) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            store(zip, "data.pkl", itsPickle);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                store(zip, entry.getKey(), entry.getValue());
            }
        }
        return file;
    }

    private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry("archive/" + name);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
    }
}

package inkling.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A range of bytes of one file: the work of one task.
///
/// @param index its number in the order of the corpus
/// @param file the file, which every worker must see under this name
/// @param from where it starts, before it is moved on to a safe cut
/// @param to where it ends, before it is moved on to a safe cut
record CorpusRange(int index, String file, long from, long to) implements Serializable {
    private static final long serialVersionUID = 1;

    /// Cuts files into ranges of `bytes` each.
    static List<CorpusRange> of(List<Path> files, long bytes) throws IOException {
        List<CorpusRange> ranges = new ArrayList<>();
        for (Path file : files) {
            if (file.toString().endsWith(".gz")) {
                throw new IOException(file + ": expected plain text; a gzip file cannot be read from the middle");
            }
            long size = Files.size(file);
            for (long from = 0; from < size; from += bytes) {
                ranges.add(new CorpusRange(ranges.size(), file.toString(), from, Math.min(size, from + bytes)));
            }
        }
        if (ranges.isEmpty()) {
            throw new IOException("expected text, found only empty files: " + files);
        }
        return ranges;
    }
}

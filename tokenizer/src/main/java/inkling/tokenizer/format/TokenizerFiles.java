package inkling.tokenizer.format;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.split.SplitPattern;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// Recognises what a path holds and reads or writes it.
public final class TokenizerFiles {
    private TokenizerFiles() {}

    /// Reads a `tokenizer.json`, a rank file (both also with `.gz`), or a folder with `tokenizer.json` or
    /// `vocab.json` and `merges.txt`.
    ///
    /// @param pattern the split rule for files that do not tell it themselves; where it is empty those of
    ///     GPT-2 and, for rank files, that of the
    ///     published vocabulary with this file name
    public static BpeModel read(Path path, Optional<SplitPattern> pattern) throws IOException {
        if (!Files.exists(path)) {
            throw new IOException(path + ": expected a tokenizer, found no such file or folder");
        }
        if (Files.isDirectory(path)) {
            return readFolder(path, pattern);
        }
        String name = String.valueOf(path.getFileName());
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        if (plain.equals(Gpt2Format.VOCABULARY) && Files.exists(path.resolveSibling(Gpt2Format.MERGES))) {
            return Gpt2Format.read(
                    path, path.resolveSibling(Gpt2Format.MERGES), pattern.orElse(SplitPattern.Known.GPT2));
        }
        try (InputStream input = open(path)) {
            if (plain.endsWith(".json")) {
                return HuggingFaceFormat.read(path.toString(), input);
            }
            if (plain.endsWith(".tiktoken")) {
                return TiktokenFormat.read(path.toString(), input, published(path, plain, pattern));
            }
        }
        throw new IOException(path + ": expected a file that ends in .json or .tiktoken (or .gz after it)");
    }

    private static BpeModel readFolder(Path folder, Optional<SplitPattern> pattern) throws IOException {
        Path huggingFace = folder.resolve(HuggingFaceFormat.FILE);
        if (Files.exists(huggingFace)) {
            return read(huggingFace, pattern);
        }
        Path vocabulary = folder.resolve(Gpt2Format.VOCABULARY);
        Path merges = folder.resolve(Gpt2Format.MERGES);
        if (Files.exists(vocabulary) && Files.exists(merges)) {
            return Gpt2Format.read(vocabulary, merges, pattern.orElse(SplitPattern.Known.GPT2));
        }
        throw new IOException(folder + ": expected tokenizer.json, or vocab.json and merges.txt, found neither");
    }

    private static TiktokenFormat.Published published(Path path, String name, Optional<SplitPattern> pattern)
            throws IOException {
        Optional<TiktokenFormat.Published> known = TiktokenFormat.Published.of(name);
        if (pattern.isPresent()) {
            return new TiktokenFormat.Published(
                    pattern.get(), known.map(TiktokenFormat.Published::specials).orElse(List.of()));
        }
        if (known.isEmpty()) {
            throw new IOException(path
                    + ": a rank file does not say how text is split; name it like a published one (r50k_base, p50k_base, cl100k_base,"
                    + " o200k_base) or give the split pattern");
        }
        return known.get();
    }

    /// Opens a file, through gunzip where its name ends in `.gz`.
    public static InputStream open(Path path) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        if (!path.toString().endsWith(".gz")) {
            return raw;
        }
        try {
            return new GZIPInputStream(raw, 1 << 16);
        } catch (IOException e) {
            raw.close();
            throw new IOException(path + ": expected a gzip file: " + e.getMessage(), e);
        }
    }

    /// Writes a tokenizer: `.json` and `.tiktoken` name a file; any other path is a folder, which gets all of
    /// `tokenizer.json`, `vocab.json` and `merges.txt`.
    public static void write(BpeModel model, Path path) throws IOException {
        String name = path.toString();
        if (name.endsWith(".json")) {
            HuggingFaceFormat.write(model, path);
        } else if (name.endsWith(".tiktoken")) {
            TiktokenFormat.write(model, path);
        } else {
            Gpt2Format.write(model, path);
            HuggingFaceFormat.write(model, path.resolve(HuggingFaceFormat.FILE));
        }
    }
}

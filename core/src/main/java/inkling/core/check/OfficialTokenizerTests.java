package inkling.core.check;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.StreamEncoder;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.json.JsonPlace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The official tests of encoding and decoding with GPT-2's vocabulary.
final class OfficialTokenizerTests {
    private static final int PART_BYTES = 1 << 12;
    private static final int MEGABYTE = 1_000_000;

    /// Every test in the official order, with the reference text it uses and what it compares.
    static final List<Named> NAMES = List.of(
            new Named("test_roundtrip_empty", "empty", Kind.ROUND_TRIP),
            new Named("test_empty_matches_tiktoken", "empty", Kind.IDS),
            new Named("test_roundtrip_single_character", "s", Kind.ROUND_TRIP),
            new Named("test_single_character_matches_tiktoken", "s", Kind.IDS),
            new Named("test_roundtrip_single_unicode_character", "emoji", Kind.ROUND_TRIP),
            new Named("test_single_unicode_character_matches_tiktoken", "emoji", Kind.IDS),
            new Named("test_roundtrip_ascii_string", "ascii", Kind.ROUND_TRIP),
            new Named("test_ascii_string_matches_tiktoken", "ascii", Kind.IDS),
            new Named("test_roundtrip_unicode_string", "unicode", Kind.ROUND_TRIP),
            new Named("test_unicode_string_matches_tiktoken", "unicode", Kind.IDS),
            new Named("test_roundtrip_unicode_string_with_special_tokens", "unicode_special", Kind.ROUND_TRIP),
            new Named("test_unicode_string_with_special_tokens_matches_tiktoken", "unicode_special", Kind.IDS),
            new Named("test_overlapping_special_tokens", "overlapping_special_0", Kind.IDS),
            new Named("test_address_roundtrip", "address.txt", Kind.ROUND_TRIP),
            new Named("test_address_matches_tiktoken", "address.txt", Kind.IDS),
            new Named("test_german_roundtrip", "german.txt", Kind.ROUND_TRIP),
            new Named("test_german_matches_tiktoken", "german.txt", Kind.IDS),
            new Named("test_tinystories_sample_roundtrip", "tinystories_sample.txt", Kind.ROUND_TRIP),
            new Named("test_tinystories_matches_tiktoken", "tinystories_sample.txt", Kind.IDS),
            new Named("test_encode_special_token_trailing_newlines", "special_token_trailing_newlines.txt", Kind.IDS),
            new Named(
                    "test_encode_special_token_double_newline_non_whitespace",
                    "special_token_double_newlines_non_whitespace.txt",
                    Kind.IDS),
            new Named(
                    "test_encode_iterable_tinystories_sample_roundtrip",
                    "tinystories_sample.txt",
                    Kind.STREAM_ROUND_TRIP),
            new Named("test_encode_iterable_tinystories_matches_tiktoken", "tinystories_sample.txt", Kind.STREAM_IDS));

    private final References references;
    private final Tokenizer gpt2;
    private final List<JsonPlace> examples;

    /// What a test compares.
    enum Kind {
        IDS,
        ROUND_TRIP,
        STREAM_IDS,
        STREAM_ROUND_TRIP
    }

    /// One official test.
    record Named(String name, String example, Kind kind) {}

    OfficialTokenizerTests(References references) throws IOException {
        this.references = references;
        this.gpt2 = GivenTokenizers.gpt2(references);
        this.examples = references.json("tokenizer/gpt2_expected.json").items();
    }

    /// How many ids or texts differ.
    double error(Named test) throws IOException {
        for (JsonPlace example : examples) {
            if (example.member("name").text().equals(test.example)) {
                return error(test.kind, example);
            }
        }
        throw new IOException(
                references.path("tokenizer/gpt2_expected.json") + ": the example " + test.example + " is missing");
    }

    private double error(Kind kind, JsonPlace example) throws IOException {
        Tokenizer tokenizer = gpt2.withSpecialTokens(GivenTokenizers.texts(example.member("special_tokens")));
        byte[] text = TokenizerReferences.text(references, example);
        int[] expected = GivenTokenizers.ids(example.member("ids"));
        return switch (kind) {
            case IDS -> GivenTokenizers.differences(tokenizer.encode(text, SpecialPolicy.ALLOW), expected);
            case STREAM_IDS -> GivenTokenizers.differences(streamed(tokenizer, text), expected);
            case ROUND_TRIP -> roundTrip(tokenizer, tokenizer.encode(text, SpecialPolicy.ALLOW), text);
            case STREAM_ROUND_TRIP -> roundTrip(tokenizer, streamed(tokenizer, text), text);
        };
    }

    private static double roundTrip(Tokenizer tokenizer, int[] ids, byte[] text) {
        return Arrays.equals(tokenizer.decodeBytes(ids), text) ? 0 : 1;
    }

    private static int[] streamed(Tokenizer tokenizer, byte[] text) {
        int[] ids = new int[text.length];
        AtomicInteger count = new AtomicInteger();
        StreamEncoder encoder = tokenizer.streamEncoder(SpecialPolicy.ALLOW);
        for (int from = 0; from < text.length; from += PART_BYTES) {
            encoder.append(text, from, Math.min(text.length, from + PART_BYTES), (part, at, end) -> {
                System.arraycopy(part, at, ids, count.getAndAdd(end - at), end - at);
            });
        }
        encoder.finish((part, at, end) -> System.arraycopy(part, at, ids, count.getAndAdd(end - at), end - at));
        return Arrays.copyOf(ids, count.get());
    }

    /// How many ids of a text differ between encoding it whole and as a stream.
    double streamDifferences(byte... text) {
        return GivenTokenizers.differences(streamed(gpt2, text), gpt2.encode(text, SpecialPolicy.ALLOW));
    }

    /// Encodes a file as a stream without keeping the ids, and measures how much more the encoder holds at the end than
    /// after the first half, by which time its caches are full.
    double bytesKeptBeyondOneMegabyte(Path file) throws IOException {
        StreamEncoder encoder = gpt2.streamEncoder(SpecialPolicy.TEXT);
        AtomicInteger ids = new AtomicInteger();
        long size = Files.size(file);
        long before = 0;
        byte[] buffer = new byte[PART_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            long read = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                encoder.append(buffer, 0, count, (_, from, to) -> ids.addAndGet(to - from));
                read += count;
                if (before == 0 && read >= size / 2) {
                    before = heldBytes();
                }
            }
        }
        long after = heldBytes();
        encoder.finish((_, from, to) -> ids.addAndGet(to - from));
        return Math.max(0, after - before - MEGABYTE);
    }

    private static long heldBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

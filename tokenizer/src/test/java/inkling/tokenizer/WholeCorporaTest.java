package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import inkling.testkit.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole corpora have the ids that Hugging Face's library and jtokkit give them: small texts always, 150 MB,
/// which takes minutes, nightly.
final class WholeCorporaTest {
    private static final int PIECE_BYTES = 1 << 16;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"hostile/blns.txt", "cs336/tinystories_sample.txt", "cs336/german.txt"})
    void ids_of_small_texts_equal_those_of_hugging_face_and_jtokkit(String file) throws IOException {
        ids_equal_those_of_hugging_face_and_jtokkit(file);
    }

    @Tag("nightly")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hostile/emoji-test.txt.gz",
                "hostile/unicode-all-assigned.txt.gz",
                "tinystories/tinystories-train.txt.gz",
                "tinystories/tinystories-valid.txt.gz",
                "web/owt-train.txt.gz",
                "web/owt-valid.txt.gz",
                "multilingual/multilingual.txt.gz",
                "web/webmix-valid.txt.gz",
                "web/webmix-train.txt.gz"
            })
    void ids_equal_those_of_hugging_face_and_jtokkit(String corpus) throws IOException {
        List<byte[]> pieces = pieces(Fixtures.bytes(SharedData.path("data/" + corpus)));
        long gpt2 = sameAsHuggingFace(pieces);
        StringBuilder tokens = new StringBuilder();
        for (String name : List.of("r50k_base", "cl100k_base", "o200k_base")) {
            tokens.append(' ').append(name).append(' ').append(sameAsJtokkit(name, pieces));
        }
        System.getLogger("inkling.tokenizer.test")
                .log(System.Logger.Level.INFO, corpus + ": Hugging Face gpt2 " + gpt2 + " tokens, jtokkit" + tokens);
    }

    private long sameAsHuggingFace(List<byte[]> pieces) throws IOException {
        Path json = folder.resolve("tokenizer.json");
        Files.write(json, Fixtures.bytes(SharedData.path("data/tokenizers/gpt2_hf_tokenizer.json.gz")));
        Tokenizer tokenizer = Tokenizer.load(json);
        long tokens = 0;
        Map<String, String> options = Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
        try (HuggingFaceTokenizer peer = HuggingFaceTokenizer.newInstance(json, options)) {
            for (byte[] piece : pieces) {
                long[] expected = peer.encode(new String(piece, StandardCharsets.UTF_8), false, false)
                        .getIds();
                int[] ids = tokenizer.encode(piece, SpecialPolicy.ALLOW);
                long[] found = new long[ids.length];
                Arrays.setAll(found, i -> ids[i]);
                assertThat(found).isEqualTo(expected);
                tokens += ids.length;
            }
        }
        return tokens;
    }

    private static long sameAsJtokkit(String name, List<byte[]> pieces) throws IOException {
        Tokenizer tokenizer = Fixtures.published(name);
        Encoding peer = Encodings.newLazyEncodingRegistry()
                .getEncoding(EncodingType.fromName(name).orElseThrow());
        long tokens = 0;
        for (byte[] piece : pieces) {
            int[] ids = tokenizer.encode(piece, SpecialPolicy.TEXT);
            assertThat(ids)
                    .isEqualTo(peer.encodeOrdinary(new String(piece, StandardCharsets.UTF_8))
                            .toArray());
            tokens += ids.length;
        }
        return tokens;
    }

    /// The text in pieces of about 64 KiB that end with a line.
    private static List<byte[]> pieces(byte[] text) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length) {
            int to = Math.min(text.length, from + PIECE_BYTES);
            while (to < text.length && text[to - 1] != '\n') {
                to++;
            }
            pieces.add(Arrays.copyOfRange(text, from, to));
            from = to;
        }
        return pieces;
    }
}

package inkling.bench.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// Hugging Face's program in Rust, through DJL.
final class HuggingFacePeer implements Peer {
    private final HuggingFaceTokenizer tokenizer;

    HuggingFacePeer(Path tokenizerJson) throws IOException {
        this.tokenizer = HuggingFaceTokenizer.newInstance(
                tokenizerJson, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    }

    @Override
    public String name() {
        return "Hugging Face (DJL 0.38.0)";
    }

    @Override
    public int[] ids(byte[] text) {
        return Arrays.stream(tokenizer
                        .encode(new String(text, StandardCharsets.UTF_8), false, false)
                        .getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    @Override
    public void encode(byte[] text) {
        tokenizer.encode(new String(text, StandardCharsets.UTF_8), false, false);
    }

    @Override
    public boolean isSlow() {
        return true;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}

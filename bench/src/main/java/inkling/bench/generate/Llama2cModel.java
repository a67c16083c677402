package inkling.bench.generate;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Writes a model's weights in the files of the llama2.c project, so that its programs can run the very same model.
///
/// Version 0: seven integers (width, hidden width, layers, heads, key/value heads, vocabulary, context; the vocabulary
/// negative where the head is not tied), then 32-bit weights, each kind for all layers together. Version 2: a header of
/// 256 bytes, gains in 32 bits, then each matrix as bytes and one scale for each group of them.
final class Llama2cModel {
    private static final int MAGIC = 0x616b3432;
    private static final List<String> ATTENTION =
            List.of("attn.q_proj", "attn.k_proj", "attn.v_proj", "attn.output_proj");
    private static final List<String> FEED_FORWARD = List.of("ffn.w1", "ffn.w2", "ffn.w3");

    private final ModelConfig config;
    private final Map<String, Tensor> weights;

    Llama2cModel(ModelConfig config, Map<String, Tensor> weights) {
        this.config = config;
        this.weights = weights;
    }

    /// A vocabulary in which every token is written as its number and a space.
    static void writeNumbers(Path file, int vocabulary) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            integers(out, 8);
            for (int id = 0; id < vocabulary; id++) {
                byte[] text = (id + " ").getBytes(StandardCharsets.US_ASCII);
                floats(out, 0);
                integers(out, text.length);
                out.write(text);
            }
        }
    }

    /// Version 0, 32-bit floats.
    void writeFloats(Path file) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            header(out, config.tiedHead() ? config.vocabularySize() : -config.vocabularySize());
            floats(out, weight("token_embeddings"));
            layers(out, "ln1");
            for (String name : ATTENTION) {
                layers(out, name);
            }
            layers(out, "ln2");
            for (String name : FEED_FORWARD) {
                layers(out, name);
            }
            floats(out, weight("ln_final"));
            floats(out, new float[config.contextLength() * config.headWidth()]); // angles that nobody reads any more
            if (!config.tiedHead()) {
                floats(out, weight("lm_head"));
            }
        }
    }

    /// Version 2, bytes with one scale for each group.
    void writeBytes(Path file, int group) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            integers(out, MAGIC, 2);
            header(out, config.vocabularySize());
            out.write(config.tiedHead() ? 1 : 0);
            integers(out, group);
            out.write(new byte[256 - 41]);
            layers(out, "ln1");
            layers(out, "ln2");
            floats(out, weight("ln_final"));
            bytes(out, weight("token_embeddings"), group);
            for (List<String> names : List.of(ATTENTION, FEED_FORWARD)) {
                for (String name : names) {
                    for (int layer = 0; layer < config.numLayers(); layer++) {
                        bytes(out, weight("layers." + layer + "." + name), group);
                    }
                }
            }
            if (!config.tiedHead()) {
                bytes(out, weight("lm_head"), group);
            }
        }
    }

    private void header(OutputStream out, int vocabulary) throws IOException {
        if (!(config.feedForward() instanceof FeedForwardSpec.SwiGlu(int width))) {
            throw new IllegalArgumentException("llama2.c knows no other feed-forward network than SwiGLU");
        }
        integers(out, config.dModel(), width, config.numLayers(), config.numHeads(), config.numKeyValueHeads());
        integers(out, vocabulary, config.contextLength());
    }

    private float[] weight(String name) {
        return Objects.requireNonNull(weights.get(name + ".weight"), name).toArray();
    }

    private void layers(OutputStream out, String name) throws IOException {
        for (int layer = 0; layer < config.numLayers(); layer++) {
            floats(out, weight("layers." + layer + "." + name));
        }
    }

    private static void integers(OutputStream out, int... values) throws IOException {
        for (int value : values) {
            out.write(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }
    }

    private static void floats(OutputStream out, float... values) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        out.write(buffer.array());
    }

    private static void bytes(OutputStream out, float[] values, int group) throws IOException {
        byte[] quantized = new byte[values.length];
        float[] scales = new float[values.length / group];
        for (int g = 0; g < scales.length; g++) {
            float largest = 0;
            for (int i = g * group; i < (g + 1) * group; i++) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
            scales[g] = largest / 127;
            for (int i = g * group; i < (g + 1) * group; i++) {
                quantized[i] = (byte) Math.round(values[i] / scales[g]);
            }
        }
        out.write(quantized);
        floats(out, scales);
    }
}

package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Reads the checkpoints and vocabularies of the llama2.c project, format version 0.
final class Llama2cFiles {
    private static final List<String> LAYER_WEIGHTS = List.of(
            "ln1",
            "attn.q_proj",
            "attn.k_proj",
            "attn.v_proj",
            "attn.output_proj",
            "ln2",
            "ffn.w1",
            "ffn.w2",
            "ffn.w3");

    private Llama2cFiles() {}

    /// Seven integers (width, hidden width, layers, heads, key/value heads, vocabulary, context), then the
    /// weights, each kind for all layers together.
    static SmallModel model(Path file, Kernels kernels) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int dModel = bytes.getInt();
        int width = bytes.getInt();
        int layers = bytes.getInt();
        int heads = bytes.getInt();
        int keyValueHeads = bytes.getInt();
        int vocabulary = bytes.getInt();
        int context = bytes.getInt();
        ModelConfig config = new ModelConfig(
                Math.abs(vocabulary),
                context,
                dModel,
                layers,
                heads,
                keyValueHeads,
                new NormSpec.Rms(1e-5f),
                NormPlacement.PRE,
                new PositionSpec.Rope(10_000f),
                new FeedForwardSpec.SwiGlu(width),
                vocabulary > 0);
        SmallModel small = SmallModel.of(config, kernels, 1 << 21);
        read(bytes, small.parameters().stateDict(), layers);
        return small;
    }

    private static void read(ByteBuffer bytes, Map<String, Tensor> weights, int layers) {
        read(bytes, weights, "token_embeddings.weight");
        for (String kind : LAYER_WEIGHTS) {
            for (int layer = 0; layer < layers; layer++) {
                read(bytes, weights, "layers." + layer + "." + kind + ".weight");
            }
        }
        read(bytes, weights, "ln_final.weight");
    }

    private static void read(ByteBuffer bytes, Map<String, Tensor> weights, String name) {
        Tensor tensor = Objects.requireNonNull(weights.get(name));
        for (long i = 0; i < tensor.size(); i++) {
            tensor.set(i, bytes.getFloat());
        }
    }

    /// A vocabulary with scores: pairs whose joined text is a token are merged, the best score first.
    static final class Vocabulary {
        private final List<byte[]> tokens = new ArrayList<>();
        private final List<Float> scores = new ArrayList<>();
        private final Map<String, Integer> ids = new HashMap<>();

        Vocabulary(Path file) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            bytes.getInt(); // length of the longest token
            while (bytes.hasRemaining()) {
                scores.add(bytes.getFloat());
                byte[] token = new byte[bytes.getInt()];
                bytes.get(token);
                ids.putIfAbsent(new String(token, StandardCharsets.UTF_8), tokens.size());
                tokens.add(token);
            }
        }

        /// Begin-of-sequence, then the merged tokens of the text with a space in front.
        List<Integer> encode(String text) {
            List<Integer> result = new ArrayList<>(List.of(1));
            for (int point : (" " + text).codePoints().toArray()) {
                String character = Character.toString(point);
                Integer id = ids.get(character);
                if (id != null) {
                    result.add(id);
                } else {
                    for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
                        result.add(Byte.toUnsignedInt(b) + 3);
                    }
                }
            }
            while (mergeBest(result)) {
                // until nothing can be merged
            }
            return result;
        }

        private boolean mergeBest(List<Integer> sequence) {
            int at = -1;
            int merged = -1;
            float best = Float.NEGATIVE_INFINITY;
            for (int i = 1; i + 1 < sequence.size(); i++) {
                Integer id = ids.get(text(sequence.get(i)) + text(sequence.get(i + 1)));
                if (id != null && scores.get(id) > best) {
                    best = scores.get(id);
                    at = i;
                    merged = id;
                }
            }
            if (at >= 0) {
                sequence.set(at, merged);
                sequence.remove(/* index */ at + 1);
            }
            return at >= 0;
        }

        private String text(int id) {
            return new String(tokens.get(id), StandardCharsets.UTF_8);
        }

        /// The text of the tokens, without the space after begin-of-sequence.
        String decode(List<Integer> sequence) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int id : sequence) {
                String token = text(id);
                if (token.matches("<0x[0-9A-F]{2}>")) {
                    bytes.write(Integer.parseInt(token.substring(3, 5), 16));
                } else if (id > 2) {
                    bytes.writeBytes(tokens.get(id));
                }
            }
            return bytes.toString(StandardCharsets.UTF_8).replaceFirst("^ ", "");
        }
    }
}

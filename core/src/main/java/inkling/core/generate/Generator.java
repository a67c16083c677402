package inkling.core.generate;

import inkling.core.device.Kernels;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TokenStep;
import inkling.core.nn.TransformerLm;
import inkling.core.tensor.Tensor;
import inkling.core.train.StepMemory;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntPredicate;

/// Continues a sequence of tokens, one token at a time, with the keys and values of earlier tokens cached.
///
/// When the sequence outgrows the model's context length, the oldest tokens are forgotten: the newer half of the
/// context is read again from position 0, and generation goes on from there. A text may thus be of any length, and each
/// token costs the same on average.
///
/// For one thread; several generators may share a model.
public final class Generator implements AutoCloseable {
    private final TransformerLm model;
    private final Arena arena = Arena.ofShared();
    private final TokenStep step;
    private final int[] context;

    /// Why a generation ended.
    public enum End {
        /// A stop token was drawn.
        STOP_TOKEN,
        /// As many tokens as wanted were made.
        LENGTH,
        /// The listener wanted no more.
        CANCELLED
    }

    /// What to write.
    ///
    /// @param maxTokens how many tokens at most
    /// @param stopTokens ids that end the text; they are not handed on
    public record Request(int maxTokens, Set<Integer> stopTokens) {
        /// Takes a copy of the stop tokens.
        public Request {
            stopTokens = Set.copyOf(stopTokens);
        }
    }

    /// A generator with a cache for one whole context.
    public Generator(TransformerLm model, Kernels kernels) {
        ModelConfig config = model.config();
        this.model = model;
        this.context = new int[config.contextLength()];
        this.step = new TokenStep(model, kernels, arena, StepMemory.generation(config));
    }

    /// Continues a prompt.
    ///
    /// @param prompt one or more token ids below the vocabulary size; of a long one the end is read
    /// @param listener hears every token as soon as it is drawn; false ends the generation
    public End generate(int[] prompt, Request request, Sampler sampler, IntPredicate listener) {
        requireIds(prompt);
        int[] stops =
                request.stopTokens().stream().mapToInt(Integer::intValue).toArray(); // a set would box every token
        Tensor logits = read(Arrays.copyOfRange(prompt, Math.max(0, prompt.length - context.length), prompt.length));
        for (int made = 0; made < request.maxTokens(); made++) {
            int token = sampler.draw(logits);
            if (contains(stops, token)) {
                return End.STOP_TOKEN;
            }
            if (!listener.test(token)) {
                return End.CANCELLED;
            }
            if (made + 1 < request.maxTokens()) {
                logits = append(token);
            }
        }
        return End.LENGTH;
    }

    private static boolean contains(int[] ids, int wanted) {
        for (int id : ids) {
            if (id == wanted) {
                return true;
            }
        }
        return false;
    }

    private Tensor append(int token) {
        int length = step.length();
        if (length == context.length) {
            int kept = Math.max(1, length / 2);
            int[] newest = Arrays.copyOfRange(context, length - kept + 1, length + 1);
            newest[kept - 1] = token;
            return read(newest);
        }
        context[length] = token;
        return step.append(token);
    }

    private Tensor read(int[] tokens) {
        System.arraycopy(tokens, 0, context, 0, tokens.length);
        return step.start(tokens);
    }

    private void requireIds(int[] prompt) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("generate: the prompt has no token, expected at least one");
        }
        for (int id : prompt) {
            if (id < 0 || id >= model.config().vocabularySize()) {
                throw new IllegalArgumentException(
                        "generate: the prompt has token " + id + ", expected ids below the vocabulary size "
                                + model.config().vocabularySize());
            }
        }
    }

    /// Gives the cache's memory back.
    @Override
    public void close() {
        arena.close();
    }
}

package inkling.core.nn;

import inkling.core.ops.CrossEntropy;
import inkling.core.ops.LanguageModelLoss;
import inkling.core.ops.LinearMap;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A decoder-only Transformer language model: `logits = norm(block_L(… block_1(E[ids])))·W_headᵀ`.
///
/// ```java
/// var declarations = new Parameters.Declarations();
/// TransformerLm model = TransformerLm.declare(config, declarations);
/// Parameters parameters = declarations.allocate(arena);
/// parameters.initialize(seed);
/// double loss = model.lossAndGradients(tape, inputs, targets, batch, time, 1f / (batch * time));
/// ```
///
/// Every method that computes starts by resetting its tape: what an earlier call has returned is gone. Token
/// ids must be below the vocabulary size; who reads them from outside checks that. A model has no state of its
/// own, so several threads may use one, each with a tape of its own.
public final class TransformerLm {
    private final ModelConfig config;
    private final Embedding embedding;
    private final List<Layer> blocks;
    private final Layer finalNorm;
    private final Parameter head;

    private TransformerLm(ModelConfig config, Parameters.Declarations declarations) {
        LayerFactory factory = new LayerFactory(config, declarations);
        this.config = config;
        this.embedding = factory.embedding();
        this.blocks = new ArrayList<>();
        for (int layer = 0; layer < config.numLayers(); layer++) {
            blocks.add(factory.block(layer));
        }
        this.finalNorm = factory.finalNorm();
        int vocabulary = config.vocabularySize();
        int width = config.dModel();
        this.head = config.tiedHead()
                ? embedding.table()
                : declarations.matrix("lm_head.weight", Initializer.linear(width, vocabulary), vocabulary, width);
    }

    /// Declares all parameters of a model, under the names that checkpoints use; allocate them before the first
    /// use.
    public static TransformerLm declare(ModelConfig config, Parameters.Declarations declarations) {
        return new TransformerLm(config, declarations);
    }

    /// The architecture.
    public ModelConfig config() {
        return config;
    }

    /// One forward and backward pass over a (micro-)batch.
    ///
    /// Adds the gradients of `scale · Σ losses` to those of the parameters: `scale` is `1/(tokens of the whole
    /// step)` for the mean over the step, however many micro-batches it has.
    ///
    /// @param inputs `B·T` token ids, sequence after sequence
    /// @param targets the ids that follow them
    /// @return the mean loss of this batch, in nats per token
    public double lossAndGradients(Tape tape, Ids inputs, Ids targets, int batch, int time, float scale) {
        tape.reset();
        Variable hidden = hidden(tape, inputs, sequences(tape, inputs, batch, time));
        Tensor losses = LanguageModelLoss.apply(tape, hidden, head, targets, scale);
        double mean = CrossEntropy.mean(losses);
        tape.backward();
        return mean;
    }

    /// The loss of every token, in nats, without gradients; the tensor `(B·T, 1)` lives until the tape's next
    /// use.
    ///
    /// @param tape an inference tape
    public Tensor losses(Tape tape, Ids inputs, Ids targets, int batch, int time) {
        tape.reset();
        Variable hidden = hidden(tape, inputs, sequences(tape, inputs, batch, time));
        return LanguageModelLoss.apply(tape, hidden, head, targets, 0);
    }

    /// The logits `(B·T, V)` of every token; they live until the tape's next use.
    public Variable logits(Tape tape, Ids inputs, int batch, int time) {
        tape.reset();
        return LinearMap.apply(tape, hidden(tape, inputs, sequences(tape, inputs, batch, time)), head);
    }

    /// Appends tokens to a sequence and computes the logits `(1, V)` of what follows the last of them; they
    /// live until the tape's next use.
    ///
    /// @param tape an inference tape
    /// @param tokens one or more ids, at most what the cache has room for
    public Tensor next(Tape tape, Ids tokens, KeyValueCache cache) {
        tape.reset();
        Tokens continuation = new Tokens.Continuation(cache, cache.nextPositions(tokens.size()));
        Variable hidden = hidden(tape, tokens, continuation);
        cache.advance(tokens.size());
        Tensor last = hidden.value().rows(tokens.size() - 1, tokens.size());
        return LinearMap.apply(tape, tape.constant(last), head).value();
    }

    private Variable hidden(Tape tape, Ids ids, Tokens tokens) {
        int mark = tape.mark();
        Variable x = embedding.forward(tape, ids);
        for (Layer block : blocks) {
            x = block.forward(tape, x, tokens);
            tape.keepOnly(x, mark);
        }
        return finalNorm.forward(tape, x, tokens);
    }

    private Tokens.Sequences sequences(Tape tape, Ids inputs, int batch, int time) {
        if (inputs.size() != (long) batch * time || time > config.contextLength()) {
            throw new ShapeException("model: " + inputs.size() + " token ids as " + batch + " sequences of " + time
                    + ", with a context length of " + config.contextLength());
        }
        return Tokens.Sequences.of(tape, batch, time);
    }
}

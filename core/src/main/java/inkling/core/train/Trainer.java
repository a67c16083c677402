package inkling.core.train;

import inkling.core.data.BatchSampler;
import inkling.core.data.EvaluationWindows;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Workspace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// Trains the model of a run folder, from its beginning or from its newest checkpoint.
///
/// ```
/// try (Trainer trainer = Trainer.open(folder, TrainSetup.on(kernels), tokenBytes, listener)) {
///     trainer.run();
/// }
/// ```
///
/// [#run] is the loop. A run that is stopped with [#requestStop] and opened again ends with the same bits as one that
/// was not, on any number of threads.
public final class Trainer implements AutoCloseable {
    private final RunFolder folder;
    private final TrainConfig config;
    private final TrainSetup setup;
    private final int[] tokenBytes;
    private final TrainListener listener;
    private final Arena arena = Arena.ofShared();
    private final TrainInputs inputs;
    private final TrainingState state;
    private final TrainingStep step;
    private final Workspace workspace;
    private final Workspace evaluationWorkspace;
    private final Tape tape;
    private final Tape evaluationTape;
    private final MetricsLog metrics;
    private long savedStep;
    private long savedNanos;
    private double secondsBefore;
    private long startedNanos;
    private volatile boolean stopRequested;

    /// Opens the run: its data, the memory of a step, and its newest checkpoint if there is one.
    ///
    /// @param tokenBytes for every id, how many bytes the token has
    /// @throws IOException if the run is being trained already, or the data or the checkpoint cannot be used
    public static Trainer open(RunFolder folder, TrainSetup setup, int[] tokenBytes, TrainListener listener)
            throws IOException {
        int vocabulary = folder.config().training().model().vocabularySize();
        if (tokenBytes.length > vocabulary) {
            throw new IllegalArgumentException("training: the tokenizer has " + tokenBytes.length
                    + " tokens, the model a vocabulary of " + vocabulary);
        }
        TrainInputs inputs = TrainInputs.open(folder, tokenBytes.length);
        try {
            return new Trainer(folder, setup, tokenBytes, listener, inputs);
        } catch (IOException | RuntimeException e) {
            inputs.close();
            throw e;
        }
    }

    private Trainer(RunFolder folder, TrainSetup setup, int[] tokenBytes, TrainListener listener, TrainInputs inputs)
            throws IOException {
        this.folder = folder;
        this.config = folder.config().training();
        this.setup = setup;
        this.tokenBytes = tokenBytes.clone();
        this.listener = listener;
        this.inputs = inputs;
        var sampler = new BatchSampler(inputs.data(), config.batch().time(), config.seed());
        this.state = new TrainingState(config, setup.kernels(), sampler, arena);
        this.step = new TrainingStep(config, state.model(), state.parameters(), state.optimizer());
        this.workspace = Workspace.allocate(arena, StepMemory.training(config));
        this.evaluationWorkspace = Workspace.allocate(arena, StepMemory.evaluation(config));
        this.tape = Tape.recording(setup.kernels(), workspace);
        this.evaluationTape = Tape.inference(setup.kernels(), evaluationWorkspace);
        folder.checkpoints().clean();
        Optional<Checkpoint> newest = folder.findCheckpoint();
        if (newest.isPresent()) {
            state.restore(newest.get(), inputs.data());
        }
        this.savedStep = state.progress().step();
        this.metrics = MetricsLog.open(folder.metricsFile(), savedStep);
    }

    /// Trains until the last step of the configuration, or until a stop is requested; returns the steps made in all.
    ///
    /// @throws DivergenceException if a loss or gradient is not finite
    /// @throws IOException if the metrics or a checkpoint cannot be written
    public long run() throws IOException {
        startedNanos = setup.nanoClock().getAsLong();
        savedNanos = startedNanos;
        secondsBefore = state.progress().wallSeconds();
        while (completedSteps() < config.steps() && !stopRequested) {
            StepReport report = step();
            Optional<Evaluation> evaluation = isEvaluationDue() ? Optional.of(evaluate()) : Optional.empty();
            metrics.append(report, evaluation);
            listener.step(report);
            if (isCheckpointDue()) {
                save(evaluation);
            }
        }
        if (completedSteps() > savedStep) {
            save(Optional.empty());
        }
        return completedSteps();
    }

    /// Asks for an end after the current step; may be called from any thread, for example when Ctrl-C is pressed.
    public void requestStop() {
        stopRequested = true;
    }

    /// Steps made so far, over all sessions.
    public long completedSteps() {
        return state.progress().step();
    }

    /// The model being trained.
    public TransformerLm model() {
        return state.model();
    }

    private StepReport step() throws IOException {
        long begin = setup.nanoClock().getAsLong();
        TrainingStep.Result result;
        try {
            result = step.run(tape, state.batches());
        } catch (DivergenceException e) {
            Optional<Checkpoint> good = folder.findCheckpoint();
            throw e.with(
                    good.isPresent()
                            ? "the last good checkpoint is " + good.get().folder()
                            : "there is no checkpoint before it; try a smaller learning rate");
        }
        long end = setup.nanoClock().getAsLong();
        TrainingState.Progress before = state.progress();
        var after = new TrainingState.Progress(
                before.step() + 1,
                before.tokens() + config.tokensPerStep(),
                secondsBefore + (end - startedNanos) / 1e9);
        state.progress(after);
        double tokensPerSecond = config.tokensPerStep() * 1e9 / Math.max(1, end - begin);
        return new StepReport(
                after.step(),
                config.steps(),
                after.tokens(),
                after.wallSeconds(),
                result.loss(),
                result.learningRate(),
                result.gradientNorm(),
                tokensPerSecond,
                setup.mfu(tokensPerSecond));
    }

    private boolean isEvaluationDue() {
        long done = completedSteps();
        return inputs.validation().isPresent()
                && (done % config.evaluation().everySteps() == 0 || done == config.steps());
    }

    private Evaluation evaluate() throws IOException {
        var windows = new EvaluationWindows(
                inputs.validation().orElseThrow(),
                config.batch().sequencesPerMicroBatch(),
                config.batch().time(),
                config.evaluation().maxTokens());
        Evaluation evaluation = Evaluation.of(
                state.model(), evaluationTape, windows, tokenBytes, done -> listener.evaluating(done, windows.total()));
        listener.evaluated(completedSteps(), evaluation);
        return evaluation;
    }

    private boolean isCheckpointDue() {
        double minutes = (setup.nanoClock().getAsLong() - savedNanos) / 60e9;
        long done = completedSteps();
        return done % config.checkpoints().everySteps() == 0
                || done == config.steps()
                || minutes >= config.checkpoints().everyMinutes();
    }

    private void save(Optional<Evaluation> evaluation) throws IOException {
        OptionalDouble loss =
                evaluation.isPresent() ? OptionalDouble.of(evaluation.get().loss()) : OptionalDouble.empty();
        Path saved;
        try {
            saved = folder.checkpoints()
                    .save(completedSteps(), config.checkpoints().keep(), to -> state.save(to, inputs.data(), loss));
        } catch (IOException e) {
            throw new IOException(
                    folder.path() + ": step " + completedSteps() + " was not saved (" + e.getMessage() + "); "
                            + (savedStep > 0 ? "the newest that is saved is " + savedStep : "none was saved before")
                            + "; mend that, then resume",
                    e);
        }
        savedStep = completedSteps();
        savedNanos = setup.nanoClock().getAsLong();
        listener.saved(savedStep, saved);
    }

    /// Bytes that weights, gradients, moments and the two arenas really hold; the arenas as far as steps and
    /// evaluations have reached.
    public long heldBytes() {
        return state.heldBytes() + workspace.peakBytes() + evaluationWorkspace.peakBytes();
    }

    /// Closes the files and gives all memory back; the device stays open.
    @Override
    public void close() throws IOException {
        try (inputs;
                metrics) {
            arena.close();
        }
    }
}

package inkling.spark;

import inkling.tokenizer.TrainerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/// What `spark-submit` starts:
///
/// ```
/// train VOCABULARY_SIZE OUT FILE…
/// encode TOKENIZER OUT FILE…
/// ```
public final class SparkMain {
    private static final long RANGE_BYTES = 32L << 20;

    private SparkMain() {}

    /// Runs one of the two jobs; master and resources are those that `spark-submit` was given.
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 4) {
            throw new IllegalArgumentException(
                    "expected: train VOCABULARY_SIZE OUT FILE..., or: encode TOKENIZER OUT FILE...");
        }
        Path out = Path.of(arguments[2]);
        List<Path> files = Stream.of(arguments).skip(3).map(Path::of).toList();
        try (var spark = new JavaSparkContext(new SparkConf().setAppName("inkling " + arguments[0]))) {
            var jobs = new SparkTokenizerJobs(spark, RANGE_BYTES);
            switch (arguments[0]) {
                case "train" ->
                    jobs.train(files, TrainerOptions.of(Integer.parseInt(arguments[1])))
                            .tokenizer()
                            .save(out);
                case "encode" -> jobs.encode(files, Path.of(arguments[1]), out);
                default ->
                    throw new IllegalArgumentException("expected train or encode, found \"" + arguments[0] + "\"");
            }
        }
    }
}

package inkling.spark;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On Spark as on one machine, also where the first attempt of every task fails at its end.
class SparkTokenizerJobsTest {
    private static final int HEADER = 128;
    private static final TrainerOptions OPTIONS = TrainerOptions.of(400);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private JavaSparkContext spark;

    @SuppressWarnings("NullAway.Init")
    private List<Path> files;

    @BeforeEach
    void start() throws IOException {
        spark = new JavaSparkContext(new SparkConf()
                .setMaster("local[2,4]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.local.dir", folder.resolve("spark").toString()));
        Path first = Files.writeString(folder.resolve("first.txt"), text(1, 3_000));
        Path second = Files.writeString(folder.resolve("second.txt"), text(2, 2_000));
        files = List.of(first, second);
    }

    @AfterEach
    void stop() {
        spark.close();
    }

    @Test
    void training_gives_the_bytes_of_one_machine_though_tasks_fail() throws IOException {
        new BpeTrainer(OPTIONS).train(files, ProgressListener.NONE).tokenizer().save(folder.resolve("one.json"));
        failing(700).train(files, OPTIONS).tokenizer().save(folder.resolve("spark.json"));
        assertThat(folder.resolve("spark.json")).hasSameBinaryContentAs(folder.resolve("one.json"));
    }

    @Test
    void encoding_gives_the_ids_of_one_machine_though_tasks_fail() throws IOException {
        Tokenizer tokenizer =
                new BpeTrainer(OPTIONS).train(files, ProgressListener.NONE).tokenizer();
        tokenizer.save(folder.resolve("tok.json"));
        tokenizer.encodeFiles(files, folder.resolve("whole.npy"), 1, ProgressListener.NONE);

        failing(700).encode(files, folder.resolve("tok.json"), folder.resolve("shards"));

        List<String> index = Files.readAllLines(folder.resolve("shards/index.tsv"));
        var ids = new ByteArrayOutputStream();
        for (String line : index.subList(1, index.size())) {
            String[] fields = line.split("\t", -1);
            byte[] part = ids(folder.resolve("shards").resolve(fields[0]));
            assertThat(part).hasSize(2 * Integer.parseInt(fields[1]));
            ids.writeBytes(part);
        }
        assertThat(ids.toByteArray()).isEqualTo(ids(folder.resolve("whole.npy")));
        try (var shards = Files.list(folder.resolve("shards"))) {
            assertThat(shards).hasSize(index.size());
        }
    }

    private SparkTokenizerJobs failing(long rangeBytes) {
        return new SparkTokenizerJobs(spark, rangeBytes, task -> {
            if (TaskContext.get().attemptNumber() == 0) {
                throw new IllegalStateException("the first attempt of task " + task + " fails");
            }
        });
    }

    private static byte[] ids(Path npy) throws IOException {
        byte[] file = Files.readAllBytes(npy);
        return Arrays.copyOfRange(file, HEADER, file.length);
    }

    private static String text(long seed, int words) {
        var all = List.of("fox ", "the ", "sang", "\n", "<|endoftext|>\n", "12 ", "don't ", "übel ", "🎵", " a", "la");
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(all.get(random.nextInt(all.size())));
        }
        return text.toString();
    }
}

package inkling.spark;

import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.CorpusCounts;
import inkling.tokenizer.EncodedFile;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.TrainingResult;
import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import scala.Tuple2;

/// The two jobs: training a tokenizer, and encoding a corpus into numbered token files with an index.
///
/// Every worker must see the files under the same names (a shared file system). A task that fails is repeated
/// by Spark: counts of a failed attempt are never added, and a token file appears whole or not at all, so
/// nothing is lost and nothing counts twice.
public final class SparkTokenizerJobs {
    private final JavaSparkContext spark;
    private final long rangeBytes;
    private final VoidFunction<Integer> endOfTask;

    /// Jobs whose tasks take about `rangeBytes` of text each.
    public SparkTokenizerJobs(JavaSparkContext spark, long rangeBytes) {
        this(spark, rangeBytes, _ -> {});
    }

    /// As the public one, with a step that every task takes when its work is done, for tests.
    SparkTokenizerJobs(JavaSparkContext spark, long rangeBytes, VoidFunction<Integer> endOfTask) {
        this.spark = spark;
        this.rangeBytes = rangeBytes;
        this.endOfTask = endOfTask;
    }

    /// Learns a tokenizer: the tasks count pieces, the counts are added by key, the driver merges.
    ///
    /// The split pattern must be one of the published ones.
    public TrainingResult train(List<Path> files, TrainerOptions options) throws IOException {
        List<CorpusRange> ranges = CorpusRange.of(files, rangeBytes);
        var specials = new ArrayList<String>(options.specialTokens());
        var pattern = (SplitPattern.Known) options.splitPattern();
        VoidFunction<Integer> end = endOfTask;
        List<Tuple2<String, Long>> counted = spark.parallelize(ranges, ranges.size())
                .mapPartitionsToPair(part -> count(part, specials, pattern, end))
                .reduceByKey(Long::sum)
                .collect();
        var trainer = new BpeTrainer(options);
        CorpusCounts counts = trainer.newCounts();
        counted.stream()
                .sorted(Comparator.comparing(Tuple2::_1))
                .forEach(piece -> counts.add(piece._1().getBytes(StandardCharsets.ISO_8859_1), piece._2()));
        return trainer.train(counts, ProgressListener.NONE);
    }

    /// One byte is one character of the key: strings hash by content, arrays do not.
    private static Iterator<Tuple2<String, Long>> count(
            Iterator<CorpusRange> ranges, List<String> specials, SplitPattern.Known pattern, VoidFunction<Integer> end)
            throws Exception {
        var trainer = new BpeTrainer(
                TrainerOptions.of(1 << 20).withSpecialTokens(specials).withSplitPattern(pattern));
        CorpusCounts counts = trainer.newCounts();
        while (ranges.hasNext()) {
            CorpusRange range = ranges.next();
            counts.count(trainer.read(Path.of(range.file()), range.from(), range.to()));
            end.call(range.index());
        }
        List<Tuple2<String, Long>> pieces = new ArrayList<>();
        counts.forEach(
                (piece, times) -> pieces.add(new Tuple2<>(new String(piece, StandardCharsets.ISO_8859_1), times)));
        return pieces.iterator();
    }

    /// Encodes a corpus: `folder` gets `part-000000.npy` and so on, and at the end `index.tsv` with the name, the
    /// ids and the bytes of text of every part, in the order of the corpus.
    ///
    /// @param tokenizer the tokenizer's file or folder, which every worker must see
    public void encode(List<Path> files, Path tokenizer, Path folder) throws IOException {
        List<CorpusRange> ranges = CorpusRange.of(files, rangeBytes);
        String tokenizerName = tokenizer.toString();
        String folderName = folder.toString();
        VoidFunction<Integer> end = endOfTask;
        List<String> lines = spark.parallelize(ranges, ranges.size())
                .mapPartitions(part -> encode(part, tokenizerName, folderName, end))
                .collect();
        try (ReplacedFile index = ReplacedFile.create(folder.resolve("index.tsv"))) {
            index.stream().write(("file\ttokens\tbytes\n" + String.join("", lines)).getBytes(StandardCharsets.UTF_8));
            index.commit();
        }
    }

    private static Iterator<String> encode(
            Iterator<CorpusRange> ranges, String tokenizer, String folder, VoidFunction<Integer> end) throws Exception {
        Tokenizer loaded = Tokenizer.load(Path.of(tokenizer));
        List<String> lines = new ArrayList<>();
        while (ranges.hasNext()) {
            CorpusRange range = ranges.next();
            String name = "part-%06d.npy".formatted(range.index());
            EncodedFile encoded =
                    loaded.encodePart(Path.of(range.file()), range.from(), range.to(), Path.of(folder, name));
            end.call(range.index());
            lines.add(name + "\t" + encoded.tokens() + "\t" + encoded.textBytes() + "\n");
        }
        return lines.iterator();
    }
}

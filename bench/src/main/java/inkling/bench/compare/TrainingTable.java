package inkling.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Medians of all processes of a task, as a table in Markdown.
final class TrainingTable {
    private TrainingTable() {}

    /// The table of one task, or nothing if nobody ran it.
    static String of(TrainingTask task, List<Contender> sides, List<Sample> samples) {
        List<Sample> ours = of(task, "inkling", samples);
        List<Sample> oursInBf16 = of(task, "inkling-bf16", samples);
        var rows = new StringBuilder();
        for (Contender side : sides) {
            List<Sample> theirs = of(task, side.name(), samples);
            if (!theirs.isEmpty()) {
                rows.append(row(task, side.label(), theirs, List.of(ours, oursInBf16)));
            }
        }
        return rows.isEmpty() ? "" : head(task) + rows;
    }

    private static String head(TrainingTask task) {
        return "\n| " + task.name()
                + " | tokens/s (least to most) | GFLOP/s | of FP32 peak | cores busy | peak memory | ours is "
                + "| ours in bf16 is | loss of step "
                + TrainingTask.CHECKED_STEPS + " |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    }

    private static List<Sample> of(TrainingTask task, String side, List<Sample> samples) {
        return samples.stream()
                .filter(sample ->
                        sample.task().equals(task.name()) && sample.side().equals(side))
                .toList();
    }

    private static String row(TrainingTask task, String label, List<Sample> samples, List<List<Sample>> ours) {
        List<Double> speeds = new ArrayList<>(speeds(task, samples));
        speeds.sort(null);
        double speed = Sample.median(speeds);
        double gflops = speed / task.tokens() * task.stepFlops() / 1e9;
        double peak = Sample.median(samples.stream().map(Sample::peakGflops).toList());
        double memory =
                Sample.median(samples.stream().map(Sample::peakMebibytes).toList());
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f (%,.0f to %,.0f) | %.0f | %.0f %% | %.2f | %,.0f MiB | %s | %s | %.5f |%n",
                label,
                speed,
                speeds.getFirst(),
                speeds.getLast(),
                gflops,
                100 * gflops / peak,
                Sample.median(samples.stream().map(Sample::cores).toList()),
                memory,
                ratio(task, ours.getFirst(), speed),
                ratio(task, ours.getLast(), speed),
                samples.getFirst().losses().getLast());
    }

    private static String ratio(TrainingTask task, List<Sample> ours, double speed) {
        return ours.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f ×", Sample.median(speeds(task, ours)) / speed);
    }

    private static List<Double> speeds(TrainingTask task, List<Sample> samples) {
        return samples.stream()
                .map(sample -> task.tokens() / sample.medianMillis() * 1e3)
                .toList();
    }
}

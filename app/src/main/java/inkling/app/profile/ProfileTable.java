package inkling.app.profile;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.TextTable;
import inkling.core.accounting.Machine;
import inkling.core.accounting.Quantities;
import inkling.core.device.counting.KernelCount;
import inkling.core.device.profiling.KernelProfile;
import inkling.core.device.profiling.Place;
import inkling.core.device.profiling.PlacedKernel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A profile as text: one row for each operation, all layers together, the longest first.
///
/// @param title name of the model
/// @param profile what was measured
/// @param machine what the threads used can do at best
record ProfileTable(String title, StepProfile profile, Machine machine) {
    /// One row: what calls of the same kernel, at the same part of any layer, took together in all steps.
    private record Row(String operation, String kernel, String shape, KernelProfile total) {}

    private record Key(String operation, String kernel, String shape) {}

    String text() {
        return head() + "\n" + operations() + "\n" + phases();
    }

    private String head() {
        double ofPeak = profile.flopsPerSecond() / machine.peakAll();
        return title + ": " + Numbers.grouped(profile.parameters()) + " parameters, "
                + Numbers.grouped(profile.tokensPerStep()) + " tokens a step, on " + profile.device() + "\n"
                + "step " + Numbers.fixed(profile.stepMillis(), 2) + " ms, mean of " + profile.steps() + " after "
                + profile.warmUpSteps() + " to warm up: " + Numbers.grouped(Math.round(profile.tokensPerSecond()))
                + " tokens/s, " + Quantities.flops(profile.flopsPerSecond()) + "/s, " + percent(ofPeak, 0)
                + " of the peak\n"
                + "limits: peak " + Quantities.flops(machine.peakAll()) + "/s, memory "
                + Quantities.gigabytes(machine.copyBytesPerSecond()) + "/s, from inkling machine\n";
    }

    private String operations() {
        TextTable table = new TextTable("", 3);
        table.row("operation", "kernel", "shape", "calls", "ms", "share", "GFLOP", "MB", "GFLOP/s", "GB/s", "of limit");
        rows().forEach(row -> table.row(cells(row)));
        String other = Numbers.fixed(perStep(profile.otherNanos()) / 1e6, 2);
        table.row("between the kernels", "", "", "", other, share(profile.otherNanos()));
        KernelCount count = KernelCount.ZERO;
        for (PlacedKernel one : profile.kernels()) {
            count = count.plus(one.profile().count());
        }
        KernelProfile all = new KernelProfile("step", count.calls(), profile.nanos(), count);
        table.row(cells(new Row("step", "", "", all)));
        return table.text();
    }

    private List<Row> rows() {
        Map<Key, List<KernelProfile>> grouped = new LinkedHashMap<>();
        for (PlacedKernel one : profile.kernels()) {
            Place place = one.place();
            String operation = (place.anyLayer() + " " + place.role()).strip();
            Key key = new Key(operation, place.kernel(), place.shape());
            grouped.computeIfAbsent(key, _ -> new ArrayList<>()).add(one.profile());
        }
        return grouped.entrySet().stream()
                .map(entry -> row(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong((Row row) -> row.total().nanos())
                        .reversed())
                .toList();
    }

    private static Row row(Key key, List<KernelProfile> parts) {
        return new Row(key.operation(), key.kernel(), key.shape(), sum(key.kernel(), parts));
    }

    private static KernelProfile sum(String name, List<KernelProfile> parts) {
        long calls = 0;
        long nanos = 0;
        KernelCount count = KernelCount.ZERO;
        for (KernelProfile part : parts) {
            calls += part.calls();
            nanos += part.nanos();
            count = count.plus(part.count());
        }
        return new KernelProfile(name, calls, nanos, count);
    }

    private List<String> cells(Row row) {
        KernelProfile total = row.total();
        boolean computes = total.count().executedFlops() > 0;
        return List.of(
                row.operation(),
                row.kernel(),
                row.shape(),
                Numbers.grouped(Math.round(perStep(total.calls()))),
                Numbers.fixed(perStep(total.nanos()) / 1e6, 2),
                share(total.nanos()),
                computes ? Numbers.fixed(perStep(total.count().executedFlops()) / 1e9, 2) : "–",
                Numbers.fixed(perStep(total.bytes()) / 1e6, 1),
                computes ? Numbers.fixed(total.flopsPerSecond() / 1e9, 1) : "–",
                Numbers.fixed(total.bytesPerSecond() / 1e9, 1),
                percent(limit(total, machine) / total.nanos(), 0));
    }

    /// The limit's nanoseconds of all calls.
    static double limit(KernelProfile profile, Machine machine) {
        return profile.limitNanos(machine.peakAll(), machine.copyBytesPerSecond());
    }

    private String phases() {
        Map<Place.Phase, Long> nanos = profile.kernels().stream()
                .collect(Collectors.groupingBy(
                        one -> one.place().phase(),
                        LinkedHashMap::new,
                        Collectors.summingLong(one -> one.profile().nanos())));
        TextTable table = new TextTable("", 1);
        for (Place.Phase phase : Place.Phase.values()) {
            long time = nanos.getOrDefault(phase, 0L);
            String name = phase.name().toLowerCase(Locale.ROOT);
            table.row(name, Numbers.fixed(perStep(time) / 1e6, 2) + " ms", share(time));
        }
        long products = profile.kernels().stream()
                .filter(one -> one.place().kernel().startsWith("matmul"))
                .mapToLong(one -> one.profile().nanos())
                .sum();
        long outside = profile.nanos() - products;
        table.row("outside matrix products", Numbers.fixed(perStep(outside) / 1e6, 2) + " ms", share(outside));
        return table.text();
    }

    private double perStep(double amount) {
        return amount / profile.steps();
    }

    private String share(double nanos) {
        return percent(nanos / profile.nanos(), 1);
    }

    private static String percent(double share, int decimals) {
        return Numbers.fixed(100 * share, decimals) + " %";
    }
}

package inkling.app.profile;

import inkling.core.device.profiling.KernelProfile;
import inkling.core.device.profiling.Place;
import inkling.core.device.profiling.PlacedKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One bar of a [FlamePicture] and what lies below it.
final class FlameBar {
    private final String name;
    private final String kind;
    private final List<FlameBar> children = new ArrayList<>();
    private long nanos;
    private @Nullable KernelProfile kernel;

    FlameBar(String name, String kind) {
        this.name = name;
        this.kind = kind;
    }

    String name() {
        return name;
    }

    /// The style it is drawn in.
    String kind() {
        return kind;
    }

    long nanos() {
        return nanos;
    }

    List<FlameBar> children() {
        return children;
    }

    /// What the kernel did, where this is a kernel.
    Optional<KernelProfile> kernel() {
        return Optional.ofNullable(kernel);
    }

    /// Levels from here to the lowest.
    int depth() {
        return 1 + children.stream().mapToInt(FlameBar::depth).max().orElse(0);
    }

    void grow(long more) {
        nanos += more;
    }

    /// The bar of this name below this one.
    FlameBar child(String childName, String childKind) {
        for (FlameBar child : children) {
            if (child.name.equals(childName)) {
                return child;
            }
        }
        FlameBar child = new FlameBar(childName, childKind);
        children.add(child);
        return child;
    }

    /// Adds a kernel below its phase, layer and part, and its time to all of them.
    void add(PlacedKernel placed, long time) {
        Place place = placed.place();
        grow(time);
        FlameBar bar = child(place.phase().name().toLowerCase(Locale.ROOT), "group");
        bar.grow(time);
        if (place.phase() != Place.Phase.OPTIMIZER) {
            bar = bar.child(place.layer(), "group");
            bar.grow(time);
            if (!place.part().isEmpty()) {
                bar = bar.child(place.part(), "group");
                bar.grow(time);
            }
        }
        String role = place.role().isEmpty() ? "" : place.role() + ": ";
        FlameBar leaf = bar.child(role + place.kernel() + " " + place.shape(), kind(place));
        leaf.grow(time);
        leaf.kernel = placed.profile();
    }

    private static String kind(Place place) {
        if (place.phase() == Place.Phase.OPTIMIZER) {
            return "update";
        }
        return place.kernel().startsWith("matmul")
                ? "product"
                : place.kernel().startsWith("attention") ? "attention" : "pass";
    }
}

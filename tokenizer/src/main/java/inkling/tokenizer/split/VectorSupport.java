package inkling.tokenizer.split;

/// Whether the vector module of the JDK is there. It is an incubator module, so a program must ask for it with
/// `--add-modules`, and a runtime image may have been made without it.
public final class VectorSupport {
    /// Decided once; where the module is missing that is said once, because everything is slower then.
    public static final boolean AVAILABLE = find();

    private VectorSupport() {}

    private static boolean find() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        if (!present) {
            System.getLogger("inkling")
                    .log(
                            System.Logger.Level.INFO,
                            "working without vectors: models are several times slower, text a little; this Java has no"
                                    + " module jdk.incubator.vector, or was not told to --add-modules"
                                    + " jdk.incubator.vector");
        }
        return present;
    }
}

package inkling.tokenizer.split;

/// Whether the vector module of the JDK is there. It is an incubator module, so a program on the class path
/// must ask for it.
final class VectorSupport {
    /// Decided once; where the module is missing that is said once, because splitting is slower then.
    static final boolean AVAILABLE = find();

    private VectorSupport() {}

    private static boolean find() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        if (!present) {
            System.getLogger("inkling.tokenizer")
                    .log(
                            System.Logger.Level.INFO,
                            "splitting text without vectors; add --add-modules jdk.incubator.vector for more speed");
        }
        return present;
    }
}

package inkling.app;

import java.lang.module.ModuleDescriptor;

/// What `inkling --version` says.
final class Version {
    private Version() {}

    /// Program and Java version on one line.
    static String line() {
        ModuleDescriptor module = Version.class.getModule().getDescriptor();
        String version = module == null ? "(development)" : module.rawVersion().orElse("(development)");
        return "inkling " + version + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ")";
    }
}

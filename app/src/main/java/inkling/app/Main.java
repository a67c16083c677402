package inkling.app;

/// Entry point of the command line.
public final class Main {
    private Main() {}

    /// Runs one command and exits with its status.
    public static void main(String[] args) {
        System.out.println("inkling 0.1.0");
    }
}

package inkling.bench.compare;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// All sides, in the table's order, with what each needs.
///
/// *As installed* is what a user gets who follows the manual. *Tuned* is what an expert gets: [TunedEnvironment], and
/// rotary embedding by complex numbers.
final class Contenders {
    private static final String PEERS = "inkling.peers.";
    private static final Path DEBIAN_PYTHON = Path.of("/usr/bin/python3");

    private final Path root;
    private final Path work;
    private final TunedEnvironment tuning;
    private final List<Contender> all = new ArrayList<>();

    /// Looks for everything.
    ///
    /// @param root of the repository
    /// @param work a folder for files that peers need
    /// @param python an interpreter with PyTorch, or what would be one
    Contenders(Path root, Path work, String python) throws IOException {
        this.root = root;
        this.work = work;
        tuning = new TunedEnvironment(work);
        addOurs();
        addLibtorch();
        addPython("pytorch", python, true);
        if (Files.isExecutable(DEBIAN_PYTHON)) {
            addPython("debian", DEBIAN_PYTHON.toString(), false);
        }
    }

    /// The sides.
    List<Contender> all() {
        return all;
    }

    /// In FP32, and with products in bf16 where the machine has oneDNN.
    private void addOurs() {
        // The launcher's options and environment.
        List<String> command = java(
                List.of(
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-XX:+UseSerialGC",
                        "-Xms128m",
                        "-Xmn8m",
                        "-XX:Tier3InvocationThreshold=1000",
                        "-XX:Tier3CompileThreshold=4000",
                        "-XX:Tier4InvocationThreshold=15000"),
                System.getProperty("java.class.path"),
                InklingSide.class.getName());
        var environment = Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        all.add(new Contender(
                "inkling",
                "inkling, FP32",
                Contender.FP32_TOLERANCE,
                command,
                List.of(),
                environment,
                Optional.empty()));
        all.add(new Contender(
                "inkling-bf16",
                "inkling, bf16 products by oneDNN",
                Contender.BF16_TOLERANCE,
                command,
                List.of(InklingSide.BF16),
                environment,
                InklingSide.lacksBf16()));
    }

    private void addLibtorch() throws IOException {
        Path classPathFile = root.resolve("peers/target/classpath.txt");
        Optional<String> missing = Files.exists(classPathFile)
                ? Optional.empty()
                : Optional.of("peers/ is not built; mvn -Ppeers -pl peers -am -Dmaven.test.skip=true package");
        String classPath = root.resolve("peers/target/classes")
                + File.pathSeparator
                + (missing.isEmpty() ? Files.readString(classPathFile).trim() : "");
        Path libraries = Files.createDirectories(work.resolve("libtorch"));
        List<String> options = List.of(
                "-Dorg.bytedeco.javacpp.pathsfirst=true",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-Djava.library.path=" + libraries,
                "-Dorg.bytedeco.javacpp.platform.preloadpath=" + libraries);
        List<String> libtorch = java(options, classPath, PEERS + "libtorch.LibtorchSide");
        addRows("libtorch", "libtorch 2.7.1", libtorch, missing);
        all.add(new Contender(
                "djl",
                "DJL 0.36 on libtorch 2.7.1, as installed",
                Contender.FP32_TOLERANCE,
                java(List.of(), classPath, PEERS + "djl.DjlSide"),
                List.of(),
                Map.of(),
                missing));
    }

    private void addPython(String name, String python, boolean compiled) throws IOException {
        Optional<String> version = output(List.of(python, "-c", "import torch; print(torch.__version__)"))
                .filter(line -> !line.isEmpty());
        Optional<String> missing = version.isPresent() ? Optional.empty() : Optional.of(python + " has no PyTorch");
        String label = "Python, PyTorch " + version.orElse("");
        Path script = work.resolve("torch_side.py");
        try (InputStream source = Objects.requireNonNull(Contenders.class.getResourceAsStream("torch_side.py"))) {
            Files.write(script, source.readAllBytes());
        }
        List<String> command = List.of(python, script.toString());
        addRows(name, label, command, missing);
        if (compiled) {
            for (boolean bf16 : new boolean[] {false, true}) {
                add(name, label + " compiled", command, missing, bf16, List.of("tuned", "compiled"));
            }
        }
    }

    /// As installed and tuned, in FP32 and bf16.
    private void addRows(String name, String label, List<String> command, Optional<String> missing) {
        for (boolean bf16 : new boolean[] {false, true}) {
            add(name, label, command, missing, bf16, List.of());
            add(name, label, command, missing, bf16, List.of("tuned"));
        }
    }

    private void add(
            String name, String label, List<String> command, Optional<String> missing, boolean bf16, List<String> how) {
        boolean tuned = how.contains("tuned");
        List<String> options = new ArrayList<>(how);
        if (bf16) {
            options.addFirst("bf16");
        }
        Optional<String> lacking = missing.isEmpty() && tuned ? tuning.lacks() : missing;
        all.add(new Contender(
                String.join("-", name, String.join("-", options)).replaceAll("-$", ""),
                label + (bf16 ? ", bf16 autocast" : ", FP32") + (tuned ? tuning.label() : ", as installed"),
                bf16 ? Contender.BF16_TOLERANCE : Contender.FP32_TOLERANCE,
                command,
                options,
                tuned ? tuning.variables() : Map.of(),
                lacking));
    }

    private static List<String> java(List<String> options, String classPath, String main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        return command;
    }

    /// The first line of what a program prints, empty without one, if it ends well.
    static Optional<String> output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean well = process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
            return well ? Optional.of(text.lines().findFirst().orElse("")) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}

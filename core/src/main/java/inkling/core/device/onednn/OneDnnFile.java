package inkling.core.device.onednn;

import inkling.core.device.cpu.Processor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Finds oneDNN on this machine; nothing is ever downloaded.
///
/// A path may name the library itself, a jar of `org.bytedeco:dnnl` for linux-x86_64, or a folder with one of them.
/// Without a path the newest such jar in the user's Maven repository is taken, else the system's `libdnnl.so.3`.
public final class OneDnnFile {
    /// The one command that fetches the library, about 27 MB.
    public static final String HOW_TO_GET =
            "mvn dependency:get -Dartifact=org.bytedeco:dnnl:3.11-1.5.13:jar:linux-x86_64" + " -Dtransitive=false";

    private static final String LIBRARY = "libdnnl.so.3";
    /// The library, and the OpenMP library beside which it is built.
    private static final List<String> IN_JAR = List.of("libgomp.so.1", LIBRARY);

    private static final String FOLDER_IN_JAR = "org/bytedeco/dnnl/linux-x86_64/";

    private OneDnnFile() {}

    /// Loads oneDNN and prepares it for so many workers.
    ///
    /// @param named the library, jar or folder to take, or empty to look for one
    /// @param cache a folder where libraries from jars are unpacked, to be found again next time
    /// @throws IOException if there is none, if it is broken or another version, or if the processor cannot use it
    public static OneDnnTiles open(Optional<Path> named, Path cache, int workers) throws IOException {
        if (!Processor.hasVectors()) {
            throw new IOException("products by oneDNN need a Java runtime with the vector module; use --matmul java");
        }
        Found found = find(named, cache);
        return OneDnnTiles.of(found.functions(), found.origin(), workers);
    }

    /// A loaded library, and what messages call it.
    ///
    /// @param functions its functions
    /// @param origin its path or name
    public record Found(SymbolLookup functions, String origin) {}

    /// Loads oneDNN without a look at what it is, as [#open] does first.
    public static Found find(Optional<Path> named, Path cache) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            throw new IOException("products by oneDNN are made for Linux on x86-64; use --matmul java");
        }
        Optional<Path> file = named.isPresent() ? named : inRepository();
        if (file.isPresent()) {
            Path library = library(file.get(), cache);
            SharedObject.check(library);
            return new Found(load(library), library.toString());
        }
        try {
            return new Found(loadFromSystem(), LIBRARY);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "no oneDNN was found, neither in the Maven repository nor as the system's " + LIBRARY
                            + "; fetch it once by: " + HOW_TO_GET,
                    e);
        }
    }

    private static Path library(Path path, Path cache) throws IOException {
        if (Files.isDirectory(path)) {
            if (Files.exists(path.resolve(LIBRARY))) {
                return path.resolve(LIBRARY);
            }
            Path jar = newestJar(path, 1)
                    .orElseThrow(() -> new IOException(
                            path + ": there is neither " + LIBRARY + " nor a dnnl-…-linux-x86_64.jar in this folder"));
            return unpacked(jar, cache);
        }
        if (!Files.exists(path)) {
            throw new IOException(path + ": no such file or folder; oneDNN is fetched by: " + HOW_TO_GET);
        }
        return path.toString().endsWith(".jar") ? unpacked(path, cache) : path;
    }

    private static Optional<Path> inRepository() throws IOException {
        Path folder = Path.of(System.getProperty("user.home"), ".m2", "repository", "org", "bytedeco", "dnnl");
        return Files.isDirectory(folder) ? newestJar(folder, 2) : Optional.empty();
    }

    private static Optional<Path> newestJar(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.getFileName().toString().matches("dnnl-3\\..*-linux-x86_64\\.jar"))
                    .max(Comparator.comparing(file -> numbers(file.getFileName().toString()), Arrays::compare));
        }
    }

    /// The numbers in a name, in order: 3, 11, 1, 5, 13, …
    private static int[] numbers(String name) {
        return Stream.of(name.split("[^0-9]+"))
                .filter(part -> !part.isEmpty() && part.length() < 9)
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /// Unpacks the libraries of a jar, each beside its target and then moved into place, unless they are there already.
    private static Path unpacked(Path jar, Path cache) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<ZipEntry> entries = new ArrayList<>();
            for (String name : IN_JAR) {
                ZipEntry entry = zip.getEntry(FOLDER_IN_JAR + name);
                if (entry == null) {
                    throw new IOException(jar + ": this jar has no " + FOLDER_IN_JAR + name);
                }
                entries.add(entry);
            }
            String checksum = Long.toHexString(entries.getLast().getCrc());
            Path folder = Files.createDirectories(cache.resolve("onednn-" + checksum));
            for (ZipEntry entry : entries) {
                Path target = folder.resolve(Path.of(entry.getName()).getFileName());
                if (!Files.exists(target) || Files.size(target) != entry.getSize()) {
                    unpack(zip, entry, target);
                }
            }
            return folder.resolve(LIBRARY);
        } catch (ZipException e) {
            throw new IOException(jar + ": this jar cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static void unpack(ZipFile zip, ZipEntry entry, Path target) throws IOException {
        Path unfinished = Files.createTempFile(target.getParent(), "unfinished", ".so");
        try (InputStream bytes = zip.getInputStream(entry)) {
            Files.copy(bytes, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup load(Path library) throws IOException {
        try {
            return SymbolLookup.libraryLookup(library.toAbsolutePath(), Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    library + ": this library cannot be loaded (something that it needs may be missing)", e);
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup loadFromSystem() {
        return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    }
}

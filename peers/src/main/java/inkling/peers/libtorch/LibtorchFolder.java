package inkling.peers.libtorch;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// The folder from which libtorch is loaded: the official libraries and bytedeco's glue, side by side, since each
/// looks for the others beside itself.
final class LibtorchFolder {
    private static final String OFFICIAL = "/pytorch/cpu/linux-x86_64/";
    private static final String GLUE = "/org/bytedeco/pytorch/linux-x86_64/";

    private LibtorchFolder() {}

    /// Unpacks what is missing from the class path.
    static void fill(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : List.of("libgomp-98b21ff3.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so")) {
            unpack(OFFICIAL + name, folder.resolve(name));
        }
        unpack(GLUE + "libjnitorch.so", folder.resolve("libjnitorch.so"));
    }

    private static void unpack(String resource, Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        try (InputStream in = LibtorchFolder.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("the class path has no " + resource);
            }
            Path unfinished = file.resolveSibling(file.getFileName() + ".part");
            Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The device for this Java runtime, each time in a process of its own.
class ProcessorTest {
    @Test
    void without_the_vector_module_there_are_plain_loops_and_one_line() throws Exception {
        String printed = child("--limit-modules", "java.base,java.logging,jdk.jfr");
        assertThat(printed).contains("cpu, 2 threads, no vectors, product 11, 32 bits");
        assertThat(printed.lines().filter(line -> line.contains("without vectors")))
                .hasSize(1)
                .allMatch(line -> line.contains("--add-modules jdk.incubator.vector"));
    }

    @Test
    void with_the_vector_module_there_are_vectors() throws Exception {
        assertThat(child("--add-modules", "jdk.incubator.vector"))
                .contains("-bit vectors, product 11")
                .doesNotContain("without vectors");
    }

    @Test
    void there_are_as_many_threads_as_the_system_grants() throws Exception {
        assertThat(child("-XX:ActiveProcessorCount=3")).contains("cores 3");
    }

    private static String child(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    /// What the process does.
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            try (Kernels kernels = Processor.device(2)) {
                Tensor row = Tensor.of(new float[] {1, 2}, 1, 2);
                Tensor column = Tensor.of(new float[] {3, 4}, 2, 1);
                Tensor product = Tensor.of(new float[] {Float.NaN}, 1, 1);
                kernels.matmul(product, row, column, Product.NN, Store.OVERWRITE);
                System.out.println(kernels.name() + ", product " + Math.round(product.get(0)) + ", "
                        + Processor.vectorBits() + " bits, cores " + Processor.cores());
            }
        }
    }
}

package inkling.app.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.app.CommandFrame;
import inkling.app.terminal.Terminal;
import inkling.core.accounting.Machine;
import inkling.core.device.counting.KernelCount;
import inkling.core.device.profiling.KernelProfile;
import inkling.core.device.profiling.Place;
import inkling.core.device.profiling.Place.Phase;
import inkling.core.device.profiling.PlacedKernel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// `inkling profile`: the table adds up, the picture is whole.
class ProfileCommandTest {
    private static final String TINY =
            "--vocab-size 100 --context-length 16 --d-model 32 --num-layers 2 --num-heads 2 --batch-size 2 --steps 3";
    private static final Machine MACHINE = new Machine("test", 2, 512, 100e9, 200e9, 50e9, List.of());

    @TempDir
    private Path folder = Path.of("");

    private static String run(int status, String... args) {
        var out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(new CommandFrame(Terminal.captured(stream, stream)).run(args))
                .as(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(status);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void prints_a_table_and_draws_a_picture() throws Exception {
        Path out = folder.resolve("new/folder");
        String printed = run(0, ("profile " + TINY + " --threads 1 --out " + out).split(" "));
        assertThat(printed)
                .contains(
                        "attention q+k+v", "matmul NT", "32×96×32", "feed-forward w1+w3", "adam w", "rms norm backward")
                .contains("between the kernels", "outside matrix products", "forward", "backward", "optimizer")
                .contains("picture " + out.resolve("profile.svg"));
        Document picture = parsed(Files.readString(out.resolve("profile.svg")));
        assertThat(titles(picture)).anyMatch(title -> title.startsWith("step\n"));
        assertThat(titles(picture)).anyMatch(title -> title.startsWith("layer 1\n"));
    }

    @Test
    void the_rows_of_the_table_add_up_to_the_step() {
        String text = new ProfileTable("model", profile(), MACHINE).text();
        List<String[]> rows = text.lines()
                .dropWhile(line -> !line.startsWith("operation"))
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.split(" {2,}"))
                .toList();
        double sum = 0;
        double step = 0;
        for (String[] row : rows) {
            if (row[0].equals("step")) {
                step = millis(row);
            } else {
                sum += millis(row);
            }
        }
        assertThat(step).isEqualTo(10);
        assertThat(sum).isCloseTo(step, within(0.005 * rows.size()));
        assertThat(text).contains("100.0 %");
    }

    private static double millis(String[] row) {
        for (int i = 1; i < row.length; i++) {
            if (row[i].matches("[0-9.]+ %")) {
                return Double.parseDouble(row[i - 1]);
            }
        }
        throw new AssertionError("no share in " + String.join("|", row));
    }

    @Test
    void a_row_shows_rate_and_distance_to_the_limit() {
        // 1 GFLOP of both layers in all four steps: 5 ms at 200 GFLOP/s, of the 8 ms that they took
        assertThat(new ProfileTable("model", profile(), MACHINE).text().lines())
                .anySatisfy(line -> assertThat(line)
                        .containsSubsequence(
                                "attention q+k+v", "matmul NT", "16×96×32", " 2 ", "2.00", "20.0 %", "125.0", "63 %"));
    }

    @Test
    void bars_lie_within_the_bar_above_and_side_by_side() throws Exception {
        Document picture =
                parsed(FlamePicture.of("<model> & \"co\"", profile(), MACHINE).svg());
        assertThat(picture.getDocumentElement().getAttribute("aria-label")).contains("<model> & \"co\"");
        NodeList bars = picture.getElementsByTagName("rect");
        double widest = 0;
        double lowestLevel = 0;
        for (int i = 0; i < bars.getLength(); i++) {
            Element bar = (Element) bars.item(i);
            if (bar.getAttribute("class").startsWith("bar")) {
                widest = Math.max(widest, Double.parseDouble(bar.getAttribute("width")));
                lowestLevel = Math.max(lowestLevel, Double.parseDouble(bar.getAttribute("y")));
                double right =
                        Double.parseDouble(bar.getAttribute("x")) + Double.parseDouble(bar.getAttribute("width"));
                assertThat(right).isLessThanOrEqualTo(1186.05);
            }
        }
        assertThat(widest).isCloseTo(1172, within(0.01));
        assertThat(lowestLevel).isCloseTo(66 + 4 * 26, within(0.1)); // step, phase, layer, part, kernel
        assertThat(titles(picture))
                .contains("q+k+v: matmul NT 16×96×32\n1.000 ms a step, 10.0 % of it\n1 calls, "
                        + "125.0 GFLOP/s, 25.0 GB/s, 63 % of its limit");
    }

    /// Four steps of 10 ms: two layers' projections, attention and a norm, an update.
    private static StepProfile profile() {
        return new StepProfile(
                "cpu",
                1_000,
                64,
                1e9,
                3,
                4,
                40_000_000,
                List.of(
                        placed(Phase.FORWARD, "layer 0", "attention", "q+k+v", "matmul NT", 4_000_000, 500_000_000),
                        placed(Phase.FORWARD, "layer 1", "attention", "q+k+v", "matmul NT", 4_000_000, 500_000_000),
                        placed(Phase.FORWARD, "layer 1", "attention", "", "attention", 3_000_000, 1_000),
                        placed(Phase.BACKWARD, "layer 1", "norm", "ln1", "rms norm backward", 7_000_000, 0),
                        placed(Phase.OPTIMIZER, "optimizer", "", "", "adam w", 12_345_678, 1_000)));
    }

    private static PlacedKernel placed(
            Phase phase, String layer, String part, String role, String kernel, long nanos, long flops) {
        return new PlacedKernel(
                new Place(phase, layer, part, role, kernel, "16×96×32"),
                new KernelProfile(kernel, 4, nanos, new KernelCount(4, flops, flops, 60_000_000, 40_000_000)));
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> titles(Document picture) {
        NodeList nodes = picture.getElementsByTagName("title");
        return java.util.stream.IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getTextContent())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --preset abacus                          | "abacus" is not known
            --vocab-size 100                         | which model?
            --preset demo --steps 0                  | --steps is 0, expected a whole number from 1
            --preset demo --batch-size many          | --batch-size many is not a whole number
            --preset demo --threads 0                | --threads is 0, expected at least 1
            --preset demo --batch-size 2000000       | does not fit
            --config nowhere.json                    | nowhere.json: no such file or folder
            --preset demo --out pom.xml              | pom.xml
            """)
    void bad_input_is_explained(String args, String message) {
        assertThat(run(2, ("profile " + args).split(" "))).contains(message);
    }

    @Test
    void help_shows_an_example() {
        assertThat(run(0, "profile", "--help")).contains("--steps", "--out", "inkling profile --preset tinystories");
    }
}

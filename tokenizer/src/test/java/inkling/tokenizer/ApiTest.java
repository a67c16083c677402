package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documentation of the package: its example runs, and its list is the whole public API, on one screen.
final class ApiTest {
    private static final int SCREEN_LINES = 50;
    private static final int SCREEN_COLUMNS = 120;
    private static final Set<String> OF_EVERY_CLASS = Set.of("equals", "hashCode", "toString", "values", "valueOf");

    private final Path sources = Path.of(System.getProperty("inkling.root", ".."), "tokenizer/src");

    @TempDir
    Path folder;

    @Test
    void the_example_of_the_documentation_runs() throws IOException {
        Path text = Files.writeString(folder.resolve("stories.txt"), "Once upon a time there was a fox. ".repeat(50));
        // example
        var trainer = new BpeTrainer(TrainerOptions.of(300));
        trainer.train(List.of(text), ProgressListener.NONE).tokenizer().save(folder);

        Tokenizer tokenizer = Tokenizer.load(folder);
        int[] ids = tokenizer.encode("Once upon a time");
        String same = tokenizer.decode(ids);
        int fewer = tokenizer.count("Once upon<|endoftext|>", SpecialPolicy.ALLOW);
        EncodedFile all = tokenizer.encodeFiles(List.of(text), folder.resolve("ids.npy"), 2, ProgressListener.NONE);
        // end of the example
        assertThat(same).isEqualTo("Once upon a time");
        assertThat(fewer).isLessThan(ids.length);
        assertThat(all.tokens()).isGreaterThanOrEqualTo(50);
        List<String> shown = block(0);
        List<String> run = Files.readAllLines(sources.resolve("test/java/inkling/tokenizer/ApiTest.java")).stream()
                .dropWhile(line -> !line.strip().equals("// example"))
                .skip(1)
                .takeWhile(line -> !line.strip().equals("// end of the example"))
                .map(String::strip)
                .toList();
        assertThat(shown).isEqualTo(run);
    }

    @Test
    void the_list_of_the_documentation_is_the_whole_api_on_one_screen() throws IOException {
        List<String> lines = block(1);
        assertThat(lines).hasSizeLessThan(SCREEN_LINES).allMatch(line -> line.length() <= SCREEN_COLUMNS);
        Set<String> listed = new TreeSet<>();
        String type = "";
        for (String line : lines) {
            Matcher names = Pattern.compile("[A-Za-z0-9_.]+").matcher(line);
            while (names.find()) {
                type = Character.isUpperCase(names.group().charAt(0)) && !isConstant(names.group())
                        ? names.group()
                        : type;
                listed.add(names.group().equals(type) ? type : type + " " + names.group());
            }
        }
        assertThat(listed).isEqualTo(publicApi());
    }

    private static boolean isConstant(String name) {
        return name.equals(name.toUpperCase(java.util.Locale.ROOT));
    }

    /// The lines of a block of code in the package documentation.
    private List<String> block(int index) throws IOException {
        List<List<String>> blocks = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(sources.resolve("main/java/inkling/tokenizer/package-info.java"))) {
            String text = line.startsWith("/// ") ? line.substring(4) : "";
            if (text.startsWith("```")) {
                inside = !inside;
                if (inside) {
                    blocks.add(new ArrayList<>());
                }
            } else if (inside) {
                blocks.getLast().add(text);
            }
        }
        return blocks.get(index);
    }

    private Set<String> publicApi() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String folderName : List.of("inkling/tokenizer", "inkling/tokenizer/split")) {
            try (Stream<Path> files = Files.list(sources.resolve("main/java").resolve(folderName))) {
                files.map(file -> String.valueOf(file.getFileName()))
                        .filter(file -> file.endsWith(".java") && !file.equals("package-info.java"))
                        .map(file -> folderName.replace('/', '.') + "." + file.replace(".java", ""))
                        .forEach(name -> addType(load(name), names));
            }
        }
        return names;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static void addType(Class<?> type, Set<String> names) {
        if (!Modifier.isPublic(type.getModifiers())) {
            return;
        }
        String simple = type.getCanonicalName().replaceFirst("^[a-z.]+\\.", "");
        names.add(simple);
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                    && !method.isSynthetic()
                    && !OF_EVERY_CLASS.contains(method.getName())) {
                names.add(simple + " " + method.getName());
            }
        }
        if (type.isEnum()) {
            Arrays.stream(type.getEnumConstants()).forEach(constant -> names.add(simple + " " + constant));
        }
        Arrays.stream(type.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()) && !field.isEnumConstant())
                .forEach(field -> names.add(simple + " " + field.getName()));
        for (Class<?> inner : type.getDeclaredClasses()) {
            addType(inner, names);
        }
    }
}

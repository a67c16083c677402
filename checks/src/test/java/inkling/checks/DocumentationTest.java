package inkling.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Public things are documented, packages say what they are, and links between documents lead somewhere.
class DocumentationTest {
    private static final Pattern PUBLIC_DECLARATION = Pattern.compile("^ {0,8}public (?!static void main).*[({;,]$");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern OTHER_CODE = Pattern.compile("|.*[;}]|.*\\b(class|record|interface|enum) .*\\{");
    private static final Pattern FORBIDDEN_NAME =
            Pattern.compile(".*(Util|Utils|Helper|Manager|Impl)\\.java|Abstract.*\\.java");

    @Test
    void public_types_and_methods_have_a_doc_comment() {
        List<String> undocumented = new ArrayList<>();
        for (Path file : mainSources()) {
            List<String> lines = Sources.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (PUBLIC_DECLARATION.matcher(lines.get(i)).matches() && !isDocumented(lines, i)) {
                    undocumented.add(Sources.root().relativize(file) + ":" + (i + 1));
                }
            }
        }
        assertThat(undocumented).isEmpty();
    }

    @Test
    void every_package_is_null_marked_and_described() {
        List<String> bare = new ArrayList<>();
        for (Path file : mainSources()) {
            Path info = file.resolveSibling("package-info.java");
            if (file.endsWith("module-info.java")) {
                continue;
            }
            if (!Files.exists(info)
                    || !Sources.read(info).contains("@NullMarked")
                    || !Sources.read(info).startsWith("///")) {
                bare.add(Sources.root().relativize(info).toString());
            }
        }
        assertThat(bare.stream().distinct().toList()).isEmpty();
    }

    @Test
    void names_say_what_a_class_is() {
        List<String> vague = Sources.files(".java").stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> FORBIDDEN_NAME.matcher(name).matches())
                .toList();
        assertThat(vague).isEmpty();
    }

    @Test
    void links_between_documents_lead_somewhere() {
        List<String> broken = new ArrayList<>();
        for (Path file : Sources.files(".md")) {
            var matcher = LINK.matcher(Sources.read(file));
            while (matcher.find()) {
                String target = matcher.group(1);
                if (!target.contains("://") && !Files.exists(file.resolveSibling(target))) {
                    broken.add(Sources.root().relativize(file) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static List<Path> mainSources() {
        return Sources.files(".java").stream()
                .filter(file -> file.toString().replace('\\', '/').contains("/src/main/java/"))
                .toList();
    }

    /// Looks upwards past the annotations, which may take several lines.
    private static boolean isDocumented(List<String> lines, int declaration) {
        for (int i = declaration - 1;
                i >= 0 && !OTHER_CODE.matcher(lines.get(i)).matches();
                i--) {
            String line = lines.get(i).strip();
            if (line.startsWith("///") || line.startsWith("@Override")) {
                return true;
            }
        }
        return false;
    }
}

package inkling.app.handbook;

import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The handbook as pages that need nothing but themselves: no script, no font, no picture from elsewhere, light or dark
/// as the reader likes.
public final class HandbookPages {
    private static final String CONTENTS = "README.md";
    private static final Pattern ENTRY = Pattern.compile("\\| \\[([^]]+)]\\(([\\w-]+\\.md)\\) \\| ([^|]+) \\|");
    private static final Pattern TITLE = Pattern.compile("(?m)^# (.+)$");

    private final List<Entry> entries = new ArrayList<>();

    /// A chapter in the table of contents.
    ///
    /// @param title its title
    /// @param file its name
    /// @param question what it asks
    public record Entry(String title, String file, String question) {}

    /// Reads the table of contents.
    public HandbookPages() throws IOException {
        for (MatchResult found : ENTRY.matcher(text(CONTENTS)).results().toList()) {
            entries.add(new Entry(found.group(1), found.group(2), found.group(3)));
        }
    }

    /// All chapters in order.
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /// Writes all pages into a folder; returns the first of them.
    public Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path first = folder.resolve(ChapterHtml.page(CONTENTS));
        write(first, page(CONTENTS, ""));
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            write(folder.resolve(ChapterHtml.page(entry.file())), page(entry.file(), neighbours(i)));
        }
        return first;
    }

    private static void write(Path file, String html) throws IOException {
        try (ReplacedFile target = ReplacedFile.create(file)) {
            target.stream().write(html.getBytes(StandardCharsets.UTF_8));
            target.commit();
        }
    }

    private String page(String file, String neighbours) throws IOException {
        String markdown = text(file);
        Matcher title = TITLE.matcher(markdown);
        String heading = title.find() ? title.group(1) : file;
        String body = new ChapterHtml(HandbookPages::picture).html(markdown);
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + heading
                + " · inkling</title>\n<style>\n" + text("pages.css") + "</style>\n</head>\n<body>\n" + neighbours
                + "<main>\n" + body + "</main>\n" + neighbours + "</body>\n</html>\n";
    }

    private String neighbours(int index) {
        String before = index == 0 ? "<span></span>" : link("←", entries.get(index - 1), "");
        String after = index + 1 == entries.size() ? "<span></span>" : link("", entries.get(index + 1), "→");
        return "<nav>" + before + "<a href=\"index.html\">The handbook</a>" + after + "</nav>\n";
    }

    private static String link(String left, Entry entry, String right) {
        return "<a href=\"" + ChapterHtml.page(entry.file()) + "\">"
                + (left + " " + entry.title() + " " + right).strip() + "</a>";
    }

    /// A picture as part of the page; its colours follow the reader's choice there as well.
    private static String picture(String name) {
        try {
            byte[] svg = text(name).getBytes(StandardCharsets.UTF_8);
            return "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(svg);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String text(String name) throws IOException {
        try (InputStream input = HandbookPages.class.getResourceAsStream(name)) {
            if (input == null) {
                throw new IOException("the program was built without " + name + " of the handbook");
            }
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package inkling.app.look;

import inkling.app.terminal.Numbers;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// One HTML file that shows a text in tokens and explains each of them; nothing in it is loaded from elsewhere, and
/// its content policy forbids it.
final class TokenPage {
    private static final int LONGEST = 40;
    private static final int FREQUENT = 40;
    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'";

    private final Tokenizer tokenizer;
    private final String name;
    private final TextLook text;
    private final List<TextLook> files;
    private final VocabularyLook vocabulary;
    private final TokenNodes nodes;
    private final VisibleText visible = new VisibleText();
    private final Html html = new Html();

    /// A page about a tokenizer called `name`, a text, and the compression of that text and more files.
    TokenPage(Tokenizer tokenizer, String name, TextLook text, List<TextLook> files) {
        this.tokenizer = tokenizer;
        this.name = name;
        this.text = text;
        this.files = files;
        this.vocabulary = VocabularyLook.of(tokenizer);
        this.nodes = new TokenNodes(tokenizer);
    }

    /// The whole file.
    String html() throws IOException {
        String title = "Tokens of " + text.file().getFileName() + " by " + name;
        html.open("!doctype html")
                .line()
                .open("html", "lang", "en")
                .open("head")
                .open("meta", "charset", "utf-8");
        html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        html.element("title", title)
                .trusted("style", resource("page.css"))
                .close("head")
                .line();
        html.open("body").open("header").element("h1", title);
        tiles();
        html.close("header").line().open("main");
        shownText();
        html.open("div", "class", "tables");
        compression();
        frequent();
        longest();
        lengths();
        kinds();
        html.close("div").close("main").line();
        panel();
        html.data("tokens", JsonWriter.compact(nodes.json())).line();
        html.trusted("script", resource("page.js")).close("body").close("html").line();
        return html.toString();
    }

    private void tiles() {
        html.open("div", "class", "tiles");
        tile("tokens", Numbers.grouped(text.tokens()));
        tile("bytes", Numbers.grouped(text.bytes()));
        tile("bytes per token", Numbers.fixed(text.bytesPerToken(), 3));
        tile(
                "characters per token",
                Numbers.fixed(text.tokens() == 0 ? 0 : (double) text.characters() / text.tokens(), 3));
        tile("different tokens", Numbers.grouped(text.distinct()));
        tile("vocabulary", Numbers.grouped(tokenizer.vocabularySize()));
        tile("special tokens", Numbers.grouped(tokenizer.specialTokens().size()));
        tile("mean bytes of a token", Numbers.fixed(vocabulary.meanBytes(), 2));
        if (vocabulary.gaps() > 0) {
            tile("ids without a token", Numbers.grouped(vocabulary.gaps()));
        }
        html.close("div");
    }

    private void tile(String label, String value) {
        html.open("div").element("b", value).element("span", label).close("div");
    }

    private void shownText() {
        html.open("section").element("h2", "Text");
        if (text.shown() < text.tokens()) {
            String rest = "The first " + Numbers.grouped(text.shown()) + " of " + Numbers.grouped(text.tokens())
                    + " tokens are shown; all figures are those of the whole text.";
            html.element("p", rest, "class", "note");
        }
        html.open("div", "id", "text", "tabindex", "0", "role", "group", "aria-label", "The text, token by token");
        for (int i = 0; i < text.shown(); i++) {
            int id = text.id(i);
            nodes.add(id);
            token(id);
        }
        html.close("div").close("section").line();
    }

    /// A token that the script explains when it is pointed at.
    private void token(int id) {
        html.open("span", "data-t", Integer.toString(id));
        visible.html(tokenizer.tokenBytes(id), html);
        html.close("span");
    }

    private void chip(int id) {
        nodes.add(id);
        html.element("button", visible.plain(tokenizer.tokenBytes(id)), "data-t", Integer.toString(id));
    }

    private void compression() {
        html.open("section").element("h2", "Compression by file").open("table").open("tr");
        List.of("file", "bytes", "tokens", "bytes per token").forEach(column -> html.element("th", column));
        html.close("tr");
        for (TextLook look : files) {
            html.open("tr").element("td", look.file().toString());
            html.element("td", Numbers.grouped(look.bytes())).element("td", Numbers.grouped(look.tokens()));
            html.element("td", Numbers.fixed(look.bytesPerToken(), 3)).close("tr");
        }
        html.close("table").close("section").line();
    }

    private void frequent() {
        List<Integer> ids = IntStream.range(0, tokenizer.vocabularySize())
                .filter(id -> text.count(id) > 0)
                .boxed()
                .sorted(Comparator.comparingLong((Integer id) -> -text.count(id)))
                .limit(FREQUENT)
                .toList();
        html.open("section").element("h2", "Most frequent tokens of the text").open("p", "class", "chips");
        for (int id : ids) {
            html.open("span", "class", "counted");
            chip(id);
            html.element("small", Numbers.grouped(text.count(id))).close("span");
        }
        html.close("p").close("section").line();
    }

    private void longest() {
        html.open("section").element("h2", "Longest tokens of the vocabulary").open("p", "class", "chips");
        for (int id : vocabulary.longest().stream().limit(LONGEST).toList()) {
            html.open("span", "class", "counted");
            chip(id);
            html.element("small", tokenizer.tokenBytes(id).length + " bytes").close("span");
        }
        html.close("p").close("section").line();
    }

    private void lengths() {
        html.open("section").element("h2", "Vocabulary by length in bytes").open("table", "class", "bars");
        int most =
                vocabulary.lengths().stream().mapToInt(Integer::intValue).max().orElse(1);
        for (int i = 0; i < vocabulary.lengths().size(); i++) {
            boolean last = i + 1 == vocabulary.lengths().size();
            bar((i + 1) + (last ? " and more" : ""), vocabulary.lengths().get(i), most);
        }
        html.close("table").close("section").line();
    }

    private void kinds() {
        html.open("section").element("h2", "Vocabulary by kind").open("table", "class", "bars");
        int most = vocabulary.kinds().values().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(1);
        vocabulary.kinds().forEach((kind, count) -> bar(kind, count, most));
        html.close("table").close("section").line();
    }

    private void bar(String label, int count, int most) {
        html.open("tr")
                .element("td", label)
                .element("td", Numbers.grouped(count))
                .open("td");
        String width = "width:" + Numbers.fixed(100.0 * count / Math.max(1, most), 1) + "%";
        html.element("i", "", "style", width).close("td").close("tr");
    }

    private void panel() {
        html.open("aside", "id", "panel", "aria-live", "polite");
        html.element(
                "p", "Point at a token, tap it, or walk with the arrow keys, to see how it is made.", "class", "note");
        html.element("noscript", "This needs the script of this page to run.")
                .close("aside")
                .line();
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = Objects.requireNonNull(TokenPage.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

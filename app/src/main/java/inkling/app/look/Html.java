package inkling.app.look;

/// Writes HTML: every text and every attribute value is escaped, only the names of elements and attributes are not.
final class Html {
    private final StringBuilder out = new StringBuilder();

    /// Opens an element; attributes are names and values in turn.
    Html open(String name, String... attributes) {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            text(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
        return this;
    }

    /// Closes an element.
    Html close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    /// An element with nothing but text in it.
    Html element(String name, String text, String... attributes) {
        return open(name, attributes).text(text).close(name);
    }

    /// Text as it is to be read.
    Html text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return this;
    }

    /// A line end in the source, for those who read it.
    Html line() {
        out.append('\n');
        return this;
    }

    /// A style sheet or a script of the program itself; must not come from a file or a user.
    Html trusted(String name, String content) {
        out.append('<')
                .append(name)
                .append(">\n")
                .append(content)
                .append("</")
                .append(name)
                .append('>');
        return this;
    }

    /// JSON for a script to read, in a form that cannot end its element.
    Html data(String id, String json) {
        open("script", "type", "application/json", "id", id);
        out.append(json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"));
        return close("script");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}

package inkling.core.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the Python dictionary in the header of a `.npy` file: three known keys in any order, nothing else.
final class NpyDictionary {
    private final String source;
    private final String text;
    private final int start;
    private int at;
    private @Nullable NpyType type;
    private @Nullable List<Long> shape;
    private boolean orderKnown;
    private boolean fortranOrder;

    NpyDictionary(String source, String text, int start) {
        this.source = source;
        this.text = text;
        this.start = start;
    }

    NpyHeader parse() throws IOException {
        expect('{');
        while (!accept('}')) {
            int keyAt = at;
            String key = quoted();
            expect(':');
            switch (key) {
                case "descr" -> type = descriptor();
                case "fortran_order" -> fortranOrder = truth();
                case "shape" -> shape = tuple();
                default -> throw error(keyAt, "expected descr, fortran_order or shape, found " + key);
            }
            orderKnown |= key.equals("fortran_order");
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (!text.substring(at).isBlank()) {
            throw error(at, "expected nothing but spaces after the dictionary");
        }
        if (type == null || shape == null || !orderKnown) {
            throw error(0, "expected descr, fortran_order and shape");
        }
        if (fortranOrder && shape.size() > 1) {
            throw error(0, "expected an array in C order, found Fortran order");
        }
        return new NpyHeader(type, shape, 0);
    }

    private NpyType descriptor() throws IOException {
        int from = at;
        String descriptor = quoted();
        var found = NpyType.of(descriptor);
        if (found.isEmpty()) {
            throw error(from, "expected an element type of " + NpyType.descriptors() + ", found " + descriptor);
        }
        return found.get();
    }

    private boolean truth() throws IOException {
        skipSpaces();
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw error(at, "expected True or False");
    }

    private List<Long> tuple() throws IOException {
        List<Long> sizes = new ArrayList<>();
        expect('(');
        while (!accept(')')) {
            sizes.add(number());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return sizes;
    }

    private long number() throws IOException {
        skipSpaces();
        int from = at;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        if (at == from || at - from > 18) {
            throw error(from, "expected a dimension of up to 18 digits");
        }
        return Long.parseLong(text, from, at, 10);
    }

    private String quoted() throws IOException {
        skipSpaces();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw error(at, "expected a text in quotes");
        }
        String content = text.substring(at + 1, end);
        at = end + 1;
        return content;
    }

    private boolean accept(char wanted) {
        skipSpaces();
        boolean found = at < text.length() && text.charAt(at) == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char wanted) throws IOException {
        if (!accept(wanted)) {
            throw error(at, "expected " + wanted);
        }
    }

    private void skipSpaces() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private IOException error(int offset, String message) {
        return new IOException(source + " at byte " + (start + offset) + ": broken .npy header, " + message);
    }
}

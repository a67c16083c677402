package inkling.app.look;

import inkling.tokenizer.MergeHistory;
import inkling.tokenizer.TokenMerge;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The tokens a page tells about, and all tokens in their merge trees, as the page's script reads them.
///
/// ```
/// {"431": {"v": "·the", "b": "20 74 68 65", "k": "merge", "r": 12, "m": [259, 300]}, …}
/// ```
final class TokenNodes {
    private final Tokenizer tokenizer;
    private final MergeHistory history;
    private final VisibleText visible = new VisibleText();
    private final Set<Integer> specials;
    private final Map<String, JsonValue> nodes = new LinkedHashMap<>();
    private final Set<Integer> known = new HashSet<>();
    private final HexFormat hex = HexFormat.ofDelimiter(" ").withUpperCase();

    TokenNodes(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.history = new MergeHistory(tokenizer);
        this.specials = new HashSet<>(tokenizer.specialTokens().values());
    }

    /// Adds a token and its merge tree.
    void add(int id) {
        var waiting = new ArrayDeque<Integer>();
        waiting.add(id);
        while (!waiting.isEmpty()) {
            int next = waiting.removeFirst();
            if (known.add(next)) {
                Optional<TokenMerge> merge = specials.contains(next) ? Optional.empty() : history.lastMerge(next);
                nodes.put(Integer.toString(next), node(next, merge));
                merge.ifPresent(parts -> {
                    waiting.add(parts.left());
                    waiting.add(parts.right());
                });
            }
        }
    }

    private JsonObject node(int id, Optional<TokenMerge> merge) {
        byte[] bytes = tokenizer.tokenBytes(id);
        JsonObject node = JsonValue.object().with("v", visible.plain(bytes)).with("b", hex.formatHex(bytes));
        if (merge.isPresent()) {
            TokenMerge parts = merge.get();
            return node.with("k", "merge")
                    .with("r", parts.rank())
                    .with("m", new JsonArray(List.of(new JsonInteger(parts.left()), new JsonInteger(parts.right()))));
        }
        return node.with("k", specials.contains(id) ? "special" : bytes.length == 1 ? "byte" : "whole");
    }

    /// All tokens added.
    JsonObject json() {
        return new JsonObject(nodes);
    }
}

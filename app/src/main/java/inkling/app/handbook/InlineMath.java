package inkling.app.handbook;

import org.commonmark.node.CustomNode;

/// A formula within a line: ``$`x`$``, which is read as code between two dollar signs.
final class InlineMath extends CustomNode {
    private final String tex;

    InlineMath(String tex) {
        this.tex = tex;
    }

    String tex() {
        return tex;
    }
}

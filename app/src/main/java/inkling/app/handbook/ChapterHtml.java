package inkling.app.handbook;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;

/// A chapter as HTML: formulas as MathML, commands told from their answers, pictures inside the page, links to pages.
final class ChapterHtml {
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\$ ((?:.*\\\\\\n)*.*)$");

    private final Parser parser =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private final HtmlRenderer renderer;

    /// HTML with pictures taken from somewhere.
    ///
    /// @param picture the address of a picture with this name, which may hold the picture itself
    ChapterHtml(UnaryOperator<String> picture) {
        this.renderer = HtmlRenderer.builder()
                .extensions(List.of(TablesExtension.create()))
                .attributeProviderFactory(_ -> links())
                .nodeRendererFactory(context -> new Blocks(context, picture))
                .build();
    }

    /// The body of the page.
    String html(String markdown) {
        Node document = parser.parse(markdown);
        document.accept(new MathFinder());
        return renderer.render(document);
    }

    /// Links between chapters lead to their pages; what lies beside the handbook in the repository is named only.
    private static AttributeProvider links() {
        return (_, tag, attributes) -> {
            if (tag.equals("a")) {
                attributes.computeIfPresent("href", (_, address) -> address.startsWith("../") ? null : page(address));
            }
        };
    }

    static String page(String address) {
        boolean isChapter = address.matches("[\\w-]+\\.md(#.*)?");
        return !isChapter ? address : address.replace("README.md", "index.md").replace(".md", ".html");
    }

    /// Makes formulas of code between dollar signs.
    private static final class MathFinder extends AbstractVisitor {
        @Override
        public void visit(Code code) {
            if (code.getPrevious() instanceof Text before
                    && code.getNext() instanceof Text after
                    && before.getLiteral().endsWith("$")
                    && after.getLiteral().startsWith("$")) {
                before.setLiteral(
                        before.getLiteral().substring(0, before.getLiteral().length() - 1));
                after.setLiteral(after.getLiteral().substring(1));
                code.insertAfter(new InlineMath(code.getLiteral()));
                code.unlink();
            }
        }
    }

    /// Blocks and formulas that are not as in any other Markdown.
    private record Blocks(HtmlNodeRendererContext context, UnaryOperator<String> picture) implements NodeRenderer {
        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(FencedCodeBlock.class, InlineMath.class, Image.class, HtmlBlock.class);
        }

        @Override
        public void render(Node node) {
            var html = context.getWriter();
            switch (node) {
                case InlineMath math -> html.raw(MathMl.of(math.tex(), false));
                case FencedCodeBlock block
                when "math".equals(block.getInfo()) ->
                    html.raw("<div class=\"formula\">" + MathMl.of(block.getLiteral(), true) + "</div>\n");
                case FencedCodeBlock block ->
                    html.raw("<pre tabindex=\"0\"><code>" + console(block.getLiteral()) + "</code></pre>\n");
                case Image image -> {
                    html.tag("img", Map.of("src", picture.apply(image.getDestination()), "alt", text(image)), true);
                }
                default -> {
                    // comments that say how a block is compared are nothing to read
                }
            }
        }

        private static String text(Node parent) {
            return parent.getFirstChild() instanceof Text text ? text.getLiteral() : "";
        }
    }

    /// What is typed in bold, the note that lines are left out apart.
    private static String console(String content) {
        String escaped = content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return COMMAND.matcher(escaped)
                .replaceAll(found -> Matcher.quoteReplacement("<span class=\"prompt\">$ </span><b>"
                        + found.group(1).replace("  # in part", "</b>  <i># in part</i><b>") + "</b>"));
    }
}

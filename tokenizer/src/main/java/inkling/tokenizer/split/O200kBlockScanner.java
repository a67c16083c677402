package inkling.tokenizer.split;

/// [O200kScanner] on 64 bytes at a time; [O200kWalk] has the rules.
final class O200kBlockScanner extends BlockScanner {
    O200kBlockScanner(boolean vectors) {
        super(new O200kScanner(), new O200kWalk(masks(vectors)));
    }
}

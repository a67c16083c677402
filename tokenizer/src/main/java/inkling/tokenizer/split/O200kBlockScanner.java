package inkling.tokenizer.split;

/// [O200kScanner] on 64 bytes at a time; [O200kWalk] has the rules.
final class O200kBlockScanner extends BlockScanner {
    O200kBlockScanner(boolean vectors) {
        super(new O200kScanner(), vectors);
    }

    @Override
    Walk newWalk(ClassMasks masks) {
        return new O200kWalk(masks);
    }
}

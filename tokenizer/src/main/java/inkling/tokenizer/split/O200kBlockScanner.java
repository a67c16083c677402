package inkling.tokenizer.split;

/// [O200kScanner] on 64 bytes at a time; [O200kWalk] has the rules.
final class O200kBlockScanner extends BlockScanner {
    O200kBlockScanner(boolean vectors) {
        super(new O200kScanner(), vectors);
    }

    @Override
    Walk walk(ClassMasks masks, int from, int[] ends, int count) {
        return new O200kWalk(masks, from, ends, count);
    }
}

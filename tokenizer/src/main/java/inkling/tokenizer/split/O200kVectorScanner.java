package inkling.tokenizer.split;

/// [O200kScanner] on 64 bytes at a time; [O200kWalk] has the rules.
final class O200kVectorScanner extends VectorScanner {
    O200kVectorScanner() {
        super(new O200kScanner());
    }

    @Override
    Walk walk(byte[] text, int from, int to, int[] ends, int count) {
        return new O200kWalk(text, from, to, ends, count);
    }
}

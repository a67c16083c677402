package inkling.tokenizer.split;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [ClassMasks] by compares of vectors of bytes.
final class VectorMasks extends ClassMasks {
    private static final VectorSpecies<Byte> SPECIES =
            ByteVector.SPECIES_PREFERRED.length() > BLOCK ? ByteVector.SPECIES_512 : ByteVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    @Override
    void loadCases(int base) {
        long c = 0;
        long s = 0;
        for (int part = 0; part < BLOCK; part += LANES) {
            ByteVector bytes = ByteVector.fromArray(SPECIES, text, base + part);
            c |= bytes.sub((byte) 'A').compare(VectorOperators.ULT, (byte) 26).toLong() << part;
            s |= bytes.compare(VectorOperators.EQ, (byte) '/').toLong() << part;
        }
        capitals |= c;
        slashes = s;
    }

    @Override
    void classify(int base) {
        long l = 0;
        long n = 0;
        long s = 0;
        long p = 0;
        long a = 0;
        long e = 0;
        long h = 0;
        for (int part = 0; part < BLOCK; part += LANES) {
            ByteVector bytes = ByteVector.fromArray(SPECIES, text, base + part);
            l |= bytes.or((byte) 0x20)
                            .sub((byte) 'a')
                            .compare(VectorOperators.ULT, (byte) 26)
                            .toLong()
                    << part;
            n |= bytes.sub((byte) '0').compare(VectorOperators.ULT, (byte) 10).toLong() << part;
            p |= bytes.compare(VectorOperators.EQ, (byte) ' ').toLong() << part;
            s |= bytes.sub((byte) '\t').compare(VectorOperators.ULT, (byte) 5).toLong() << part;
            a |= bytes.compare(VectorOperators.EQ, (byte) '\'').toLong() << part;
            e |= (bytes.compare(VectorOperators.EQ, (byte) '\n').toLong()
                            | bytes.compare(VectorOperators.EQ, (byte) '\r').toLong())
                    << part;
            h |= bytes.compare(VectorOperators.LT, (byte) 0).toLong() << part;
        }
        letters = l;
        numbers = n;
        spaces = s | p;
        plainSpaces = p;
        apostrophes = a;
        lineEnds = e;
        beyondAscii = h;
    }
}

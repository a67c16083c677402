package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Lends encoders, whose caches are warm, to any number of threads without locks.
///
/// At most as many encoders are kept as the machine has cores; when all are lent, another is made and later
/// dropped.
final class EncoderPool {
    private final BpeModel model;
    private final AddedTokens added;
    private final AtomicReferenceArray<@Nullable SpecialAwareEncoder> idle;

    EncoderPool(BpeModel model, AddedTokens added) {
        this.model = model;
        this.added = added;
        this.idle = new AtomicReferenceArray<>(Runtime.getRuntime().availableProcessors());
    }

    /// An encoder for the caller alone.
    SpecialAwareEncoder take() {
        for (int i = 0; i < idle.length(); i++) {
            SpecialAwareEncoder encoder = idle.getAndSet(i, null);
            if (encoder != null) {
                return encoder;
            }
        }
        return new SpecialAwareEncoder(model, added);
    }

    /// Gives an encoder back.
    void giveBack(SpecialAwareEncoder encoder) {
        for (int i = 0; i < idle.length(); i++) {
            if (idle.compareAndSet(i, null, encoder)) {
                return;
            }
        }
    }
}

package inkling.bench.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.nio.charset.StandardCharsets;

/// jtokkit, the fastest tokenizer of the JVM before this one. It takes strings; making them is part of its
/// time, about 1 % of it.
final class JtokkitPeer implements Peer {
    private final Encoding encoding;

    JtokkitPeer(String rankFile) {
        String name = rankFile.substring(0, rankFile.indexOf('.'));
        EncodingType type = EncodingType.fromName(name).orElseThrow();
        this.encoding = Encodings.newLazyEncodingRegistry().getEncoding(type);
    }

    @Override
    public String name() {
        return "jtokkit 1.1.0";
    }

    @Override
    public int[] ids(byte[] text) {
        return list(text).toArray();
    }

    @Override
    public void encode(byte[] text) {
        list(text);
    }

    private IntArrayList list(byte[] text) {
        return encoding.encodeOrdinary(new String(text, StandardCharsets.UTF_8));
    }
}

package inkling.bench.tokenizer.jmh;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A text in pieces, a vocabulary, and the text's ids.
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class TextState {
    private static final int PIECE_BYTES = 1 << 16;

    /// The text file; `.gz` is unpacked.
    @Param("webmix-valid.txt.gz")
    String text;

    /// The rank file of a published vocabulary.
    @Param("r50k_base.tiktoken.gz")
    String vocabulary;

    Tokenizer tokenizer;
    Encoding jtokkit;
    byte[] whole;
    List<byte[]> pieces;
    int[] ids;
    double megabytes;

    /// Text worked through; JMH divides it by the time.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        /// Millions of bytes.
        public double megabytes;
    }

    /// Reads the files.
    @Setup
    public void read() throws IOException {
        Path ranks = Path.of(vocabulary);
        String name = String.valueOf(ranks.getFileName());
        tokenizer = Tokenizer.load(ranks);
        jtokkit = Encodings.newLazyEncodingRegistry()
                .getEncoding(EncodingType.fromName(name.substring(0, name.indexOf('.')))
                        .orElseThrow());
        try (InputStream input = Files.newInputStream(Path.of(text))) {
            byte[] bytes = text.endsWith(".gz") ? new GZIPInputStream(input).readAllBytes() : input.readAllBytes();
            whole = new String(bytes, StandardCharsets.UTF_8)
                    .replace("<|endoftext|>", "")
                    .getBytes(StandardCharsets.UTF_8);
        }
        pieces = new ArrayList<>();
        for (int from = 0; from < whole.length; ) {
            int to = Math.min(whole.length, from + PIECE_BYTES);
            while (to < whole.length && !(whole[to - 1] == '\n' && whole[to] > ' ')) {
                to++;
            }
            pieces.add(Arrays.copyOfRange(whole, from, to));
            from = to;
        }
        ids = tokenizer.encode(whole, SpecialPolicy.TEXT);
        megabytes = whole.length / 1e6;
    }
}

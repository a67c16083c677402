package inkling.core.generate;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.StreamDecoder;
import inkling.tokenizer.Tokenizer;
import java.util.Set;
import java.util.function.Consumer;

/// Continues a text: a [Generator] between a tokenizer's encoder and decoder.
public final class TextGenerator {
    /// The token that separates documents, and therefore ends a text.
    public static final String END_OF_TEXT = "<|endoftext|>";

    private final Generator generator;
    private final Tokenizer tokenizer;

    /// What became of a prompt.
    ///
    /// @param promptTokens tokens of the prompt
    /// @param tokens tokens made
    /// @param end why it ended
    public record Result(int promptTokens, int tokens, Generator.End end) {}

    /// A generator of texts; the tokenizer must be the one that the model was trained with.
    public TextGenerator(Generator generator, Tokenizer tokenizer) {
        this.generator = generator;
        this.tokenizer = tokenizer;
    }

    /// Continues a prompt until `<|endoftext|>` or the length is reached. An empty prompt stands for the beginning of a
    /// document.
    ///
    /// @param out hears the text as it grows, never half a character
    public Result generate(String prompt, int maxTokens, Sampler sampler, Consumer<String> out) {
        Set<Integer> stops = stopTokens();
        int[] ids = prompt.isEmpty()
                ? stops.stream().mapToInt(Integer::intValue).toArray()
                : tokenizer.encode(prompt, SpecialPolicy.ALLOW);
        StreamDecoder decoder = tokenizer.streamDecoder();
        int[] count = {0};
        Generator.End end = generator.generate(ids, new Generator.Request(maxTokens, stops), sampler, token -> {
            count[0]++;
            emit(tokenizer.hasToken(token) ? decoder.append(token) : "", out);
            return true;
        });
        emit(decoder.finish(), out);
        return new Result(ids.length, count[0], end);
    }

    private static void emit(String text, Consumer<String> out) {
        if (!text.isEmpty()) {
            out.accept(text);
        }
    }

    private Set<Integer> stopTokens() {
        var id = tokenizer.specialId(END_OF_TEXT);
        return id.isPresent() ? Set.of(id.getAsInt()) : Set.of();
    }
}

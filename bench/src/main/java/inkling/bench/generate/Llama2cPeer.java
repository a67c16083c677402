package inkling.bench.generate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A program of the llama2.c project, built by whoever measures, on a model of ours.
///
/// @param program the program
/// @param model the model's weights
/// @param tokenizer the vocabulary that prints numbers
/// @param threads how many threads OpenMP uses
record Llama2cPeer(Path program, Path model, Path tokenizer, int threads) {
    private static final Pattern RATE = Pattern.compile("achieved tok/s: ([0-9.]+)");

    /// What it wrote, from token 1 on, always the likeliest.
    ///
    /// @param tokens the tokens
    /// @param tokensPerSecond as it says itself: the first token is not counted
    record Output(List<Integer> tokens, double tokensPerSecond) {}

    /// Lets it write so many tokens.
    Output generate(int tokens) throws IOException {
        Path errors = Files.createTempFile("llama2c", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            program.toString(),
                            model.toString(),
                            "-z",
                            tokenizer.toString(),
                            "-t",
                            "0",
                            "-n",
                            Integer.toString(tokens))
                    .redirectError(errors.toFile());
            builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
            builder.environment().put("OMP_PROC_BIND", "true");
            Process process = builder.start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (process.waitFor() != 0) {
                throw new IOException(program + " failed: " + Files.readString(errors));
            }
            Matcher rate = RATE.matcher(Files.readString(errors));
            if (!rate.find()) {
                throw new IOException(program + " says no speed: " + Files.readString(errors));
            }
            List<Integer> ids = Pattern.compile("\\s+")
                    .splitAsStream(text.strip())
                    .map(Integer::valueOf)
                    .toList();
            return new Output(ids, Double.parseDouble(rate.group(1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(errors);
        }
    }
}

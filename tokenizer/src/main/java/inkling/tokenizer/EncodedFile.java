package inkling.tokenizer;

import java.time.Duration;

/// What encoding files came to.
///
/// @param textBytes bytes of text read, after unpacking
/// @param tokens ids written
/// @param bytesPerToken bytes of one id in the file: 2 or 4
/// @param time how long it took
public record EncodedFile(long textBytes, long tokens, int bytesPerToken, Duration time) {}

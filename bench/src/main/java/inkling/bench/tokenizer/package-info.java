/// The tokenizer beside other tokenizers of the JVM: encoding, decoding and training, whole programs on whole
/// texts.
///
/// [TokenizerBench] is the program; it prints one table for each vocabulary. Ids are compared before anything
/// is timed.
@NullMarked
package inkling.bench.tokenizer;

import org.jspecify.annotations.NullMarked;

/// Byte-level BPE tokenizers: training, encoding, decoding and the file formats other tools use.
@NullMarked
package inkling.tokenizer;

import org.jspecify.annotations.NullMarked;

/// The files tokenizers are kept in, read into a [inkling.tokenizer.bpe.BpeModel] and written from one.
///
/// [TokenizerFiles] recognises what a path holds. [HuggingFaceFormat] is `tokenizer.json`, [Gpt2Format] the
/// pair `vocab.json` and `merges.txt`, [TiktokenFormat] OpenAI's rank files. All but the last write tokens in
/// the printable letters of [ByteAlphabet], so that a token with a line end or a space in it survives.
@NullMarked
package inkling.tokenizer.format;

import org.jspecify.annotations.NullMarked;

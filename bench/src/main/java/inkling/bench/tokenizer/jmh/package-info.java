/// The tokenizer under JMH: encoding, decoding, scanning and training, jtokkit beside it.
///
/// Run them as
/// `java … org.openjdk.jmh.Main TokenizerJmh -p text=webmix-valid.txt.gz -p vocabulary=r50k_base.tiktoken.gz`;
/// the column `megabytes` is in MB/s.
@NullMarked
package inkling.bench.tokenizer.jmh;

import org.jspecify.annotations.NullMarked;

/// Byte-level BPE tokenizers: training, encoding, decoding and the file formats other tools use.
///
/// ```
/// var trainer = new BpeTrainer(TrainerOptions.of(300));
/// trainer.train(List.of(text), ProgressListener.NONE).tokenizer().save(folder);
///
/// Tokenizer tokenizer = Tokenizer.load(folder);
/// int[] ids = tokenizer.encode("Once upon a time");
/// String same = tokenizer.decode(ids);
/// int fewer = tokenizer.count("Once upon<|endoftext|>", SpecialPolicy.ALLOW);
/// EncodedFile all = tokenizer.encodeFiles(List.of(text), folder.resolve("ids.npy"), 2, ProgressListener.NONE);
/// ```
///
/// Everything there is, with the split rules of `inkling.tokenizer.split`:
///
/// ```
/// Tokenizer         load save withSpecialTokens vocabularySize splitPattern specialTokens specialId
///                   encode encodeInto encodeSpans count streamEncoder encodeFiles encodePart
///                   decode decodeBytes streamDecoder tokenBytes hasToken
/// SpecialPolicy     ALLOW REFUSE TEXT allowing refusing asText
/// TokenSpans        size id start end text ids
/// StreamEncoder     append finish
/// TokenSink         accept
/// StreamDecoder     append finish
/// EncodedFile       textBytes tokens bytesPerToken time
///
/// BpeTrainer        train newCounts read
/// TrainerOptions    vocabularySize specialTokens splitPattern minFrequency tieBreak threads
///                   of withSpecialTokens withSplitPattern withMinFrequency withTieBreak withThreads
/// TieBreak          CS336 HUGGING_FACE
/// KeptCounts        file everyBytes resume
/// TrainingResult    tokenizer merges textBytes pieces distinctPieces phases
/// TrainingResult.PhaseReport  phase time peakBytes
/// CorpusCounts      count add forEach
/// CorpusCounts.Visitor        piece
/// ProgressListener  NONE progress
/// ProgressListener.Phase      COUNT INDEX MERGE ENCODE unit
///
/// MergeHistory      lastMerge
/// TokenMerge        rank left right
///
/// SplitPattern      regex walk cutsSafely of
/// SplitPattern.Known          GPT2 CL100K O200K LLAMA3 QWEN2 regex walk cutsSafely
/// SplitPattern.Numbers        most regex walk cutsSafely
/// SplitPattern.Chain          first second regex walk cutsSafely
/// SplitPattern.Custom         regex walk cutsSafely
/// PieceWalk         begin next
/// VectorSupport     AVAILABLE
/// ```
@NullMarked
package inkling.tokenizer;

import org.jspecify.annotations.NullMarked;

/// Byte-level BPE tokenizers: training, encoding, decoding and the file formats other tools use.
module inkling.tokenizer {
    requires static org.jspecify;
    requires static jdk.incubator.vector;
    requires tools.jackson.core;

    exports inkling.tokenizer;
    exports inkling.tokenizer.split;
    exports inkling.tokenizer.format to
            inkling.core;
    exports inkling.tokenizer.json to
            inkling.core,
            inkling.app;
    exports inkling.tokenizer.utf8 to
            inkling.core,
            inkling.app;
    exports inkling.tokenizer.file to
            inkling.core,
            inkling.app;
}

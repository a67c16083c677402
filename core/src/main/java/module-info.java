/// Language models from scratch: tensors, kernels, differentiable operations, layers, training, generation,
/// accounting.
module inkling.core {
    requires transitive inkling.tokenizer;
    requires static org.jspecify;
    requires static jdk.incubator.vector;
    requires jdk.jfr;
    requires tools.jackson.core;

    exports inkling.core.accounting;
    exports inkling.core.check;
    exports inkling.core.data.story;
    exports inkling.core.data;
    exports inkling.core.device.counting;
    exports inkling.core.device.cpu;
    exports inkling.core.device.onednn;
    exports inkling.core.device.profiling;
    exports inkling.core.device.reference;
    exports inkling.core.device.replay;
    exports inkling.core.device;
    exports inkling.core.experiment;
    exports inkling.core.format;
    exports inkling.core.generate;
    exports inkling.core.nn;
    exports inkling.core.ops;
    exports inkling.core.optim;
    exports inkling.core.tensor;
    exports inkling.core.train;
}

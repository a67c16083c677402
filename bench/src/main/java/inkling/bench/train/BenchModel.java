package inkling.bench.train;

import inkling.core.nn.ModelConfig;

/// The models that speeds are quoted for.
public enum BenchModel {
    /// 22.7 M parameters, the handout's TinyStories model.
    S(ModelConfig.standard(10_000, 256, 512, 4, 16, 1344)),
    /// 1.9 M parameters.
    M(ModelConfig.standard(4_096, 128, 128, 4, 4, 384)),
    /// 162 M parameters, the size of GPT-2 small.
    L(ModelConfig.standard(50_257, 256, 768, 12, 12, 2048));

    /// Its architecture.
    public final ModelConfig config;

    BenchModel(ModelConfig config) {
        this.config = config;
    }
}

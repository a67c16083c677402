package inkling.core.tensor;

/// How the numbers of a [PackedMatrix] are kept in memory; arithmetic is in 32 bits with each of them.
public enum WeightFormat {
    /// 32-bit floats, as trained.
    FLOAT32,
    /// The upper half of a 32-bit float, rounded to nearest: 8 bits of exponent, 8 significant bits.
    BFLOAT16,
    /// Whole numbers from −127 to 127, with a 32-bit scale for each group of [PackedMatrix#GROUP] neighbours in a row.
    INT8
}

package inkling.core.device;

/// How one row of a fused projection is divided into heads: `H` query heads, then `G` key heads, then `G` value
/// heads, each `K` wide.
///
/// Query head `h` reads key and value head `h / (H / G)` (grouped-query attention; `G = H` is ordinary
/// multi-head attention). `G = 0` describes a row of query heads alone, for rotating a plain vector.
///
/// @param queryHeads `H`, at least 1
/// @param keyValueHeads `G`, 0 or a divisor of `H`
/// @param headWidth `K`, at least 1
public record HeadLayout(int queryHeads, int keyValueHeads, int headWidth) {
    /// Checks the sizes.
    public HeadLayout {
        if (queryHeads < 1 || keyValueHeads < 0 || headWidth < 1) {
            throw new IllegalArgumentException("heads: " + queryHeads + " query heads, " + keyValueHeads
                    + " key/value heads of width " + headWidth + "; expected positive numbers");
        }
        if (keyValueHeads > 0 && queryHeads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    "heads: " + keyValueHeads + " key/value heads do not divide " + queryHeads + " query heads");
        }
    }

    /// Columns of the fused row: `(H + 2G)·K`.
    public int fusedWidth() {
        return (queryHeads + 2 * keyValueHeads) * headWidth;
    }

    /// Columns of all query heads: `H·K`.
    public int queryWidth() {
        return queryHeads * headWidth;
    }

    /// Columns of all key heads, or of all value heads: `G·K`.
    public int keyValueWidth() {
        return keyValueHeads * headWidth;
    }
}

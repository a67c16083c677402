package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;

/// Products of packed bf16 matrices with sums in FP32, by units of the processor that the Vector API cannot reach: what
/// [Bf16MatmulKernel] needs from a native library.
///
/// A bf16 number is the upper half of a float: its sign, its exponent, and 8 significant bits.
///
/// | operand | packed as | |
/// |---|---|---|
/// | `a` | `[rows][steps]` | |
/// | `b` | `[columns/64][steps/2][64][2]` | panels of 64 columns; two steps of a column side by side |
/// | `c` | `[rows][rowElements]` floats | of each row the first `columns` are written |
///
/// The steps are a multiple of 32. What lies beyond the matrices in the last steps and the last panel is zero.
public interface Bf16Tiles extends AutoCloseable {
    /// Columns of a panel of `b`.
    int PANEL_COLUMNS = 64;

    /// Steps come in multiples of this.
    int STEP_UNIT = 32;

    /// The library, its version, and the units in use.
    String name();

    /// How many threads may run tiles at once.
    int workers();

    /// A product of one size, from now on ready to run. Called by one thread at a time.
    Tile prepare(Shape shape);

    /// Ends the use of all tiles.
    @Override
    void close();

    /// The size of a tile.
    ///
    /// @param rows rows of `c`
    /// @param columns columns of `c`
    /// @param steps length of the sums, filled up to a multiple of 32
    /// @param rowElements floats from one row of `c` to the next
    /// @param add whether the result is added to `c` or replaces it
    record Shape(int rows, int columns, int steps, int rowElements, boolean add) {}

    /// A prepared product. The same operands give the same bits, whichever worker runs it.
    interface Tile {
        /// Multiplies; offsets are in bytes. No two calls that run at once have the same worker number.
        void run(int worker, MemorySegment c, long cAt, MemorySegment a, long aAt, MemorySegment b, long bAt);
    }
}

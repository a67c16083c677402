package inkling.core.check;

import inkling.core.device.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Compares this program with the reference answers in a folder of CS336 fixtures, family by family.
///
/// ```
/// for (ReferenceCheck.Line line : ReferenceCheck.run(folder, kernels)) …
/// ```
///
/// Float results are compared by the largest difference relative to the largest expected value, with ten times the
/// deviation of PyTorch's own 32-bit answer as tolerance; the official tests keep their official tolerances; ids,
/// merges and accounting figures must be equal.
public final class ReferenceCheck {
    private ReferenceCheck() {}

    /// One comparison.
    ///
    /// @param family the family of references, such as `nn` or `official`
    /// @param what what was compared
    /// @param error the largest error
    /// @param tolerance the largest error that passes
    /// @param skipped why it was not compared; empty where it was
    public record Line(String family, String what, double error, double tolerance, String skipped) {
        /// True where it was compared and the error is within the tolerance.
        public boolean passes() {
            return skipped.isEmpty() && error <= tolerance;
        }

        /// True where it was compared and the error is beyond the tolerance, or no number.
        public boolean fails() {
            return skipped.isEmpty() && !passes();
        }
    }

    /// Runs every comparison for which the folder has a reference.
    ///
    /// @throws IOException if the folder is not there, or a file in it is damaged
    public static List<Line> run(Path folder, Kernels kernels) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                    folder + ": expected a folder with the reference files (accounting.json, lm, ckpt …)");
        }
        References references = new References(folder, kernels);
        new PartReferences(references).run();
        new ModelReferences(references).run();
        new TrainingReferences(references).run();
        new OptimizerReferences(references).run();
        new SamplingReferences(references).run();
        new CheckpointReferences(references).run();
        new TokenizerReferences(references).run();
        new AccountingReferences(references).run();
        new OfficialTests(references).run();
        return references.lines();
    }
}

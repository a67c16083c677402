package inkling.bench.kernels;

import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.onednn.OneDnnFile;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// One who multiplies matrices: `C = op(A)·op(B)`.
interface ProductPeer extends AutoCloseable {
    /// No name of a kind of processor is longer.
    int CORE_NAME_BYTES = 32;

    /// Multiplies once.
    void multiply(Tensor c, Tensor a, Tensor b, Product product) throws Throwable;

    @Override
    default void close() {}

    /// A device of inkling.
    static ProductPeer of(CpuKernels kernels) {
        return new ProductPeer() {
            @Override
            public void multiply(Tensor c, Tensor a, Tensor b, Product product) {
                kernels.matmul(c, a, b, product, Store.OVERWRITE);
            }

            @Override
            public void close() {
                kernels.close();
            }
        };
    }

    /// OpenBLAS from the system's `libopenblas.so.0`.
    @SuppressWarnings("restricted")
    static ProductPeer openBlas(int threads) throws Throwable {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup("libopenblas.so.0", Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IOException("no libopenblas.so.0 (Debian's libopenblas0-pthread)", e);
        }
        function(library, "openblas_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                .invokeExact(threads);
        System.out.println("OpenBLAS uses its kernels for " + openBlasCore(library));
        var i = ValueLayout.JAVA_INT;
        var f = ValueLayout.JAVA_FLOAT;
        var p = ValueLayout.ADDRESS;
        MethodHandle sgemm =
                function(library, "cblas_sgemm", FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, p, i, p, i, f, p, i));
        int rowMajor = 101;
        int plain = 111;
        int transposed = 112;
        return (c, a, b, product) -> {
            int k = product == Product.TN ? a.rows() : a.columns();
            sgemm.invokeExact(
                    rowMajor,
                    product == Product.TN ? transposed : plain,
                    product == Product.NT ? transposed : plain,
                    c.rows(),
                    c.columns(),
                    k,
                    1f,
                    a.segment(),
                    a.columns(),
                    b.segment(),
                    b.columns(),
                    0f,
                    c.segment(),
                    c.columns());
        };
    }

    /// The kind of processor that OpenBLAS takes this one for.
    @SuppressWarnings("restricted")
    private static String openBlasCore(SymbolLookup library) throws Throwable {
        FunctionDescriptor text = FunctionDescriptor.of(ValueLayout.ADDRESS);
        MemorySegment name =
                (MemorySegment) function(library, "openblas_get_corename", text).invokeExact();
        return name.reinterpret(CORE_NAME_BYTES).getString(0);
    }

    /// oneDNN's `dnnl_sgemm` with its own threads.
    static ProductPeer oneDnn(int threads) throws Throwable {
        SymbolLookup library =
                OneDnnFile.find(Devices.oneDnn(), Devices.cache()).functions();
        MethodHandle setThreads =
                function(library, "omp_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        var b8 = ValueLayout.JAVA_BYTE;
        var n = ValueLayout.JAVA_LONG;
        var f = ValueLayout.JAVA_FLOAT;
        var p = ValueLayout.ADDRESS;
        MethodHandle sgemm = function(
                library,
                "dnnl_sgemm",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, b8, b8, n, n, n, f, p, n, p, n, f, p, n));
        return (c, a, b, product) -> {
            setThreads.invokeExact(threads); // inkling's own use of the library sets it to one
            int k = product == Product.TN ? a.rows() : a.columns();
            int status = (int) sgemm.invokeExact(
                    (byte) (product == Product.TN ? 'T' : 'N'),
                    (byte) (product == Product.NT ? 'T' : 'N'),
                    (long) c.rows(),
                    (long) c.columns(),
                    (long) k,
                    1f,
                    a.segment(),
                    (long) a.columns(),
                    b.segment(),
                    (long) b.columns(),
                    0f,
                    c.segment(),
                    (long) c.columns());
            if (status != 0) {
                throw new IllegalStateException("dnnl_sgemm failed with status " + status);
            }
        };
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor descriptor) {
        MemorySegment address = library.findOrThrow(name);
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }
}

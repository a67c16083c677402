package inkling.core.device.onednn;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// oneDNN's C functions, called through `java.lang.foreign`; numbers and structures are those of version 3.
///
/// @see <a href="https://uxlfoundation.github.io/oneDNN/">oneDNN's documentation</a>
final class OneDnn {
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
    private static final MemoryLayout INT = ValueLayout.JAVA_INT;
    private static final int MAJOR = 3;
    /// `dnnl_version_t`: three ints, a pointer, two ints; the fifth is how the library uses threads.
    private static final int VERSION_BYTES = 32;

    private static final int RUNTIME_AT = 24;
    private static final int SEQUENTIAL = 1;
    private static final int OPENMP = 2;
    /// `dnnl_cpu_isa_avx512_core_bf16`; what is newer has more bits.
    private static final int ISA_BF16 = 0xE7;
    /// `dnnl_cpu_isa_avx512_core_amx`.
    private static final int ISA_AMX = 0xFEF;

    private final SymbolLookup library;
    private final String origin;
    private final Linker linker = Linker.nativeLinker();
    private final Map<String, MethodHandle> setUp = new HashMap<>();
    private final String name;
    private final MethodHandle execute;
    private final MethodHandle setData;
    private final @Nullable MethodHandle setThreads;

    /// Takes the functions of a loaded library; `origin` is what messages call it.
    ///
    /// @throws IOException if it is not oneDNN 3, or the processor has no units for bf16
    OneDnn(SymbolLookup library, String origin) throws IOException {
        this.library = library;
        this.origin = origin;
        try {
            MemorySegment version = (MemorySegment) handle("dnnl_version", FunctionDescriptor.of(ValueLayout.ADDRESS))
                    .invokeExact();
            MemorySegment fields = sized(version, VERSION_BYTES);
            name = name(fields, (int) handle("dnnl_get_effective_cpu_isa", FunctionDescriptor.of(INT))
                    .invokeExact());
            execute = handle("dnnl_primitive_execute", FunctionDescriptor.of(INT, POINTER, POINTER, INT, POINTER));
            setData = handle("dnnl_memory_set_data_handle", FunctionDescriptor.of(INT, POINTER, ValueLayout.JAVA_LONG));
            setThreads = fields.get(ValueLayout.JAVA_INT, RUNTIME_AT) == OPENMP
                    ? handle("omp_set_num_threads", FunctionDescriptor.ofVoid(INT))
                    : null;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private String name(MemorySegment version, int isa) throws IOException {
        int major = version.get(ValueLayout.JAVA_INT, 0);
        String number = major + "." + version.get(ValueLayout.JAVA_INT, 4) + "." + version.get(ValueLayout.JAVA_INT, 8);
        int runtime = version.get(ValueLayout.JAVA_INT, RUNTIME_AT);
        if (major != MAJOR) {
            throw new IOException(origin + ": this is oneDNN " + number + ", expected version " + MAJOR);
        }
        if (runtime != OPENMP && runtime != SEQUENTIAL) {
            throw new IOException(origin + ": this oneDNN has threads of its own kind (runtime " + runtime
                    + "), expected one built with OpenMP or without threads");
        }
        if ((isa & ISA_BF16) != ISA_BF16) {
            throw new IOException("this processor has no units for bf16 (AVX512_BF16 or AMX); use --matmul java");
        }
        return "oneDNN " + number + ((isa & ISA_AMX) == ISA_AMX ? " (AMX)" : " (AVX512_BF16)");
    }

    /// The library's name and version, and the units it uses: `oneDNN 3.11.0 (AMX)`.
    String name() {
        return name;
    }

    @SuppressWarnings("restricted")
    private MethodHandle handle(String function, FunctionDescriptor descriptor) throws IOException {
        try {
            return linker.downcallHandle(library.findOrThrow(function), descriptor);
        } catch (NoSuchElementException e) {
            throw new IOException(origin + ": this is no whole oneDNN 3, it has no function " + function, e);
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment sized(MemorySegment pointer, long bytes) {
        return pointer.reinterpret(bytes);
    }

    /// Calls a function that returns a status; the arguments' types are those of the function. For preparations: slow.
    void call(String function, Object... arguments) {
        int status = (int) invoke(function, INT, arguments);
        if (status != 0) {
            throw new IllegalStateException(name + ": " + function + " failed with status " + status);
        }
    }

    /// Calls a function and gives what it returns. For preparations: slow.
    Object invoke(String function, MemoryLayout result, Object... arguments) {
        try {
            MethodHandle handle = setUp.get(function);
            if (handle == null) {
                MemoryLayout[] layouts = new MemoryLayout[arguments.length];
                for (int i = 0; i < arguments.length; i++) {
                    layouts[i] = layout(arguments[i]);
                }
                handle = handle(function, FunctionDescriptor.of(result, layouts));
                setUp.put(function, handle);
            }
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemoryLayout layout(Object argument) {
        return switch (argument) {
            case MemorySegment _ -> POINTER;
            case Integer _ -> INT;
            case Long _ -> ValueLayout.JAVA_LONG;
            case Float _ -> ValueLayout.JAVA_FLOAT;
            default -> throw new IllegalArgumentException("no C type for " + argument.getClass());
        };
    }

    /// Keeps oneDNN from starting threads when the calling thread prepares or runs something.
    void onlyThisThread() {
        if (setThreads != null) {
            try {
                setThreads.invokeExact(1);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Lets a memory object stand for the bytes at an address, which the caller keeps alive.
    void setData(MemorySegment memory, long address) {
        int status;
        try {
            status = (int) setData.invokeExact(memory, address);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        check(status, "dnnl_memory_set_data_handle");
    }

    /// Runs a primitive on `count` arguments and waits for it.
    void execute(MemorySegment primitive, MemorySegment stream, int count, MemorySegment arguments) {
        int status;
        try {
            status = (int) execute.invokeExact(primitive, stream, count, arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        check(status, "dnnl_primitive_execute");
    }

    private void check(int status, String function) {
        if (status != 0) {
            throw new IllegalStateException(name + ": " + function + " failed with status " + status);
        }
    }
}

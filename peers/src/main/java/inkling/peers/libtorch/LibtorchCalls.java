package inkling.peers.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRef;

/// What bytedeco's classes lack, by its name in the C++ library: the fused AdamW and automatic bf16.
@SuppressWarnings("restricted") // calling native code is what this class is for
final class LibtorchCalls {
    /// `c10::ArrayRef<at::Tensor>`: a pointer and a length, passed by value.
    private static final StructLayout TENSORS = MemoryLayout.structLayout(ADDRESS, JAVA_LONG);

    private static final String ADAM_W = "_ZN2at4_ops13_fused_adamw_4callEN3c108ArrayRefINS_6TensorEEES5_S5_S5_S5_S5_"
            + "dddddbbRKSt8optionalIS4_ES9_";
    private static final String AUTOCAST = "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb";
    private static final String CLEAR_CACHE = "_ZN2at8autocast11clear_cacheEv";
    private static final byte CPU = 0;

    private final MethodHandle adamW;
    private final MethodHandle autocast;
    private final MethodHandle clearCache;
    private final MemorySegment noTensors = Arena.global().allocate(TENSORS);
    private final MemorySegment nothing = Arena.global().allocate(16, 8); // an empty std::optional<at::Tensor>

    /// The functions of the library in this folder.
    LibtorchCalls(Path folder) {
        SymbolLookup library = SymbolLookup.libraryLookup(folder.resolve("libtorch_cpu.so"), Arena.global());
        adamW = function(
                library,
                ADAM_W,
                TENSORS, // parameters
                TENSORS, // gradients
                TENSORS, // first moments
                TENSORS, // second moments
                TENSORS, // their maxima: none
                TENSORS, // step numbers
                JAVA_DOUBLE,
                JAVA_DOUBLE,
                JAVA_DOUBLE,
                JAVA_DOUBLE,
                JAVA_DOUBLE,
                JAVA_BOOLEAN,
                JAVA_BOOLEAN,
                ADDRESS,
                ADDRESS);
        autocast = function(library, AUTOCAST, JAVA_BYTE, JAVA_BOOLEAN);
        clearCache = function(library, CLEAR_CACHE);
    }

    private static MethodHandle function(SymbolLookup library, String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    /// Tensors of one group of parameters with what AdamW knows about each.
    ///
    /// @param parameters updated
    /// @param gradients read
    /// @param firstMoments updated
    /// @param secondMoments updated
    /// @param steps numbers of the step, counted from 1
    record Group(
            TensorArrayRef parameters,
            TensorArrayRef gradients,
            TensorArrayRef firstMoments,
            TensorArrayRef secondMoments,
            TensorArrayRef steps) {}

    /// Updates a group of parameters with `β = (0.9, 0.95)` and `ε = 1e-8`.
    void adamW(Group group, double learningRate, double weightDecay) {
        try {
            adamW.invokeExact(
                    array(group.parameters),
                    array(group.gradients),
                    array(group.firstMoments),
                    array(group.secondMoments),
                    noTensors,
                    array(group.steps),
                    learningRate,
                    0.9,
                    0.95,
                    weightDecay,
                    1e-8,
                    false,
                    false,
                    nothing,
                    nothing);
        } catch (Throwable e) {
            throw new IllegalStateException("AdamW failed", e);
        }
    }

    private static MemorySegment array(TensorArrayRef tensors) {
        return MemorySegment.ofAddress(tensors.address()).reinterpret(TENSORS.byteSize());
    }

    /// The floats of a contiguous tensor.
    static MemorySegment memory(Tensor tensor) {
        return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.numel() * Float.BYTES);
    }

    /// Turns bf16 products on or off; off also forgets the weights' bf16 copies.
    void autocast(boolean enabled) {
        try {
            autocast.invokeExact(CPU, enabled);
            if (!enabled) {
                clearCache.invokeExact();
            }
        } catch (Throwable e) {
            throw new IllegalStateException("autocast failed", e);
        }
    }
}

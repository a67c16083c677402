package inkling.core.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The step arena: memory for the activations of one step and their gradients, laid out once and reused at the
/// same addresses every step.
///
/// [#take] hands out the lowest free bytes that fit, [#release] gives them back at once, [#reset] starts the
/// next step. A step that takes and releases in the same order as the step before gets the very same tensors,
/// so nothing is allocated after the first step.
///
/// A *planning* workspace has no memory and no limit: run a step on it with the counting device, then ask
/// [#peakBytes()] and allocate exactly that.
public final class Workspace {
    private final MemorySegment slab;
    private final long capacity;
    private final List<Tensor> handedOut = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private long[] freeFrom = new long[64];
    private long[] freeTo = new long[64];
    private int freeCount;
    private int taken;
    private long peakBytes;

    private Workspace(MemorySegment slab, long capacity) {
        this.slab = slab;
        this.capacity = capacity;
        reset();
    }

    /// A workspace without memory or limit, for planning.
    public static Workspace planning() {
        return new Workspace(MemorySegment.NULL, Long.MAX_VALUE);
    }

    /// A workspace of so many bytes that live as long as the arena.
    public static Workspace allocate(Arena arena, long bytes) {
        return new Workspace(arena.allocate(bytes, Tensor.ALIGNMENT_BYTES), bytes);
    }

    /// Starts a new step: everything is free again.
    public void reset() {
        freeFrom[0] = 0;
        freeTo[0] = capacity;
        freeCount = 1;
        taken = 0;
    }

    /// A tensor of this shape with undefined content, valid until it is released or the next [#reset].
    public Tensor take(int... shape) {
        long bytes = aligned(Tensor.elements(shape) * Float.BYTES);
        long offset = claim(bytes);
        int index = taken++;
        if (index < handedOut.size()) {
            Tensor earlier = handedOut.get(index);
            if (offsets.get(index) == offset && earlier.hasShape(shape)) {
                return earlier;
            }
        } else {
            handedOut.add(Tensor.virtual(0));
            offsets.add(-1L);
        }
        Tensor tensor = slab.equals(MemorySegment.NULL)
                ? Tensor.virtual(shape)
                : Tensor.over(slab.asSlice(offset, Tensor.elements(shape) * Float.BYTES), shape);
        handedOut.set(index, tensor);
        offsets.set(index, offset);
        return tensor;
    }

    /// Gives a tensor's bytes back; it must have come from [#take] since the last [#reset] and not be released
    /// yet.
    public void release(Tensor tensor) {
        for (int index = taken - 1; index >= 0; index--) {
            if (handedOut.get(index) == tensor) {
                long from = offsets.get(index);
                free(from, from + aligned(tensor.byteSize()));
                return;
            }
        }
        throw new IllegalArgumentException("workspace: tensor " + tensor.shapeText() + " was not taken in this step");
    }

    /// The most bytes that were in use at one time, over all steps.
    public long peakBytes() {
        return peakBytes;
    }

    /// Bytes that are taken and not released.
    public long bytesInUse() {
        long used = 0;
        long end = 0;
        for (int i = 0; i < freeCount; i++) {
            used += freeFrom[i] - end;
            end = freeTo[i];
        }
        return used + capacity - end;
    }

    private long claim(long bytes) {
        for (int i = 0; i < freeCount; i++) {
            long from = freeFrom[i];
            if (freeTo[i] - from >= bytes) {
                freeFrom[i] = from + bytes;
                if (freeFrom[i] == freeTo[i]) {
                    removeFree(i);
                }
                peakBytes = Math.max(peakBytes, from + bytes);
                return from;
            }
        }
        throw new IllegalStateException(
                "workspace: no " + bytes + " bytes free of " + capacity + "; the step is larger than the planned one");
    }

    private void free(long from, long to) {
        if (to == from) {
            return;
        }
        int at = 0;
        while (at < freeCount && freeFrom[at] < from) {
            at++;
        }
        if (at > 0 && freeTo[at - 1] > from || at < freeCount && freeFrom[at] < to) {
            throw new IllegalArgumentException("workspace: bytes " + from + " to " + to + " are released twice");
        }
        boolean joinsLeft = at > 0 && freeTo[at - 1] == from;
        boolean joinsRight = at < freeCount && freeFrom[at] == to;
        if (joinsLeft && joinsRight) {
            freeTo[at - 1] = freeTo[at];
            removeFree(at);
        } else if (joinsLeft) {
            freeTo[at - 1] = to;
        } else if (joinsRight) {
            freeFrom[at] = from;
        } else {
            insertFree(at, from, to);
        }
    }

    private void insertFree(int at, long from, long to) {
        if (freeCount == freeFrom.length) {
            freeFrom = Arrays.copyOf(freeFrom, 2 * freeCount);
            freeTo = Arrays.copyOf(freeTo, 2 * freeCount);
        }
        System.arraycopy(freeFrom, at, freeFrom, at + 1, freeCount - at);
        System.arraycopy(freeTo, at, freeTo, at + 1, freeCount - at);
        freeFrom[at] = from;
        freeTo[at] = to;
        freeCount++;
    }

    private void removeFree(int at) {
        freeCount--;
        System.arraycopy(freeFrom, at + 1, freeFrom, at, freeCount - at);
        System.arraycopy(freeTo, at + 1, freeTo, at, freeCount - at);
    }

    private static long aligned(long bytes) {
        return (bytes + Tensor.ALIGNMENT_BYTES - 1) / Tensor.ALIGNMENT_BYTES * Tensor.ALIGNMENT_BYTES;
    }
}

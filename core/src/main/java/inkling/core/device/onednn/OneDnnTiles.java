package inkling.core.device.onednn;

import inkling.core.device.cpu.Bf16Tiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// [Bf16Tiles] by oneDNN's matmul primitive, one for every size, run by each worker on its own.
public final class OneDnnTiles implements Bf16Tiles {
    private static final int CPU = 1;
    private static final int BF16 = 2;
    private static final int F32 = 3;
    /// `dnnl_BA16a64b2a`: panels of 64 columns, pairs of steps.
    private static final int PANELS = 384;

    private static final int SCRATCHPAD_FROM_USER = 1;
    private static final int QUERY_SCRATCHPAD = 136;
    private static final int SOURCE = 1;
    private static final int WEIGHTS = 33;
    private static final int DESTINATION = 17;
    private static final int SCRATCHPAD = 80;
    private static final int ARGUMENTS = 4;
    /// `dnnl_exec_arg_t`: an int, and a pointer at 8.
    private static final int ARGUMENT_BYTES = 16;

    private final OneDnn oneDnn;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment engine;
    private final MemorySegment[] streams;
    private final Map<Shape, Multiplication> prepared = new HashMap<>();
    private final List<Runnable> endings = new ArrayList<>();

    private OneDnnTiles(OneDnn oneDnn, int workers) {
        this.oneDnn = oneDnn;
        oneDnn.onlyThisThread();
        engine = create("dnnl_engine", CPU, 0L);
        streams = new MemorySegment[workers];
        for (int i = 0; i < workers; i++) {
            streams[i] = create("dnnl_stream", engine, 1);
        }
    }

    /// Tiles of a loaded library for so many workers, after a small product has come out right.
    ///
    /// @param origin what messages call the library
    /// @throws IOException if this is not oneDNN 3, computes something else, or the processor has no units for bf16
    static OneDnnTiles of(SymbolLookup library, String origin, int workers) throws IOException {
        var oneDnn = new OneDnn(library, origin);
        try {
            var tiles = new OneDnnTiles(oneDnn, workers);
            TrialProduct.check(tiles, origin);
            return tiles;
        } catch (IllegalStateException e) {
            throw new IOException(origin + ": this oneDNN cannot multiply in bf16 (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public String name() {
        return oneDnn.name();
    }

    @Override
    public int workers() {
        return streams.length;
    }

    @Override
    public Tile prepare(Shape shape) {
        Multiplication known = prepared.get(shape);
        if (known == null) {
            oneDnn.onlyThisThread();
            known = new Multiplication(shape);
            prepared.put(shape, known);
        }
        return known;
    }

    @Override
    public void close() {
        prepared.clear();
        for (Runnable ending : endings.reversed()) {
            ending.run();
        }
        endings.clear();
    }

    /// Makes an object by `TYPE_create(&object, arguments…)`, to be destroyed by `TYPE_destroy`.
    private MemorySegment create(String type, Object... arguments) {
        MemorySegment object = made(type + "_create", arguments);
        endings.add(() -> oneDnn.call(type + "_destroy", object));
        return object;
    }

    /// What a function of the form `f(&object, arguments…)` gives.
    private MemorySegment made(String function, Object... arguments) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment pointer = local.allocate(ValueLayout.ADDRESS);
            Object[] all = new Object[arguments.length + 1];
            all[0] = pointer;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            oneDnn.call(function, all);
            return pointer.get(ValueLayout.ADDRESS, 0);
        }
    }

    private MemorySegment matrix(int type, long rows, long columns, long rowElements) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment sizes = local.allocateFrom(ValueLayout.JAVA_LONG, rows, columns);
            MemorySegment strides = local.allocateFrom(ValueLayout.JAVA_LONG, rowElements, 1);
            return made("dnnl_memory_desc_create_with_strides", 2, sizes, type, strides);
        }
    }

    private MemorySegment panels(long steps, long columns) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment sizes = local.allocateFrom(ValueLayout.JAVA_LONG, steps, columns);
            return made("dnnl_memory_desc_create_with_tag", 2, sizes, BF16, PANELS);
        }
    }

    private MemorySegment attributes(boolean add) {
        MemorySegment attributes = made("dnnl_primitive_attr_create");
        oneDnn.call("dnnl_primitive_attr_set_scratchpad_mode", attributes, SCRATCHPAD_FROM_USER);
        if (add) {
            MemorySegment sum = made("dnnl_post_ops_create");
            oneDnn.call("dnnl_post_ops_append_sum", sum, 1f, 0, F32);
            oneDnn.call("dnnl_primitive_attr_set_post_ops", attributes, sum);
            oneDnn.call("dnnl_post_ops_destroy", sum);
        }
        return attributes;
    }

    /// One primitive, and for every worker the memory objects that it runs on.
    private final class Multiplication implements Tile {
        private final MemorySegment primitive;
        private final Operands[] operands = new Operands[streams.length];

        Multiplication(Shape shape) {
            MemorySegment a = matrix(BF16, shape.rows(), shape.steps(), shape.steps());
            MemorySegment b = panels(shape.steps(), shape.columns());
            MemorySegment c = matrix(F32, shape.rows(), shape.columns(), shape.rowElements());
            MemorySegment attributes = attributes(shape.add());
            MemorySegment description =
                    made("dnnl_matmul_primitive_desc_create", engine, a, b, MemorySegment.NULL, c, attributes);
            primitive = create("dnnl_primitive", description);
            MemorySegment scratch = (MemorySegment) oneDnn.invoke(
                    "dnnl_primitive_desc_query_md", ValueLayout.ADDRESS, description, QUERY_SCRATCHPAD, 0);
            long scratchBytes = (long) oneDnn.invoke("dnnl_memory_desc_get_size", ValueLayout.JAVA_LONG, scratch);
            for (int i = 0; i < operands.length; i++) {
                MemorySegment room = arena.allocate(Math.max(64, scratchBytes), 64);
                operands[i] = new Operands(
                        memory(a, MemorySegment.NULL),
                        memory(b, MemorySegment.NULL),
                        memory(c, MemorySegment.NULL),
                        memory(scratch, room),
                        arena.allocate(ARGUMENTS * ARGUMENT_BYTES, 8));
            }
            oneDnn.call("dnnl_primitive_desc_destroy", description);
            oneDnn.call("dnnl_primitive_attr_destroy", attributes);
            for (MemorySegment layout : List.of(a, b, c)) {
                oneDnn.call("dnnl_memory_desc_destroy", layout);
            }
        }

        private MemorySegment memory(MemorySegment layout, MemorySegment bytes) {
            return create("dnnl_memory", layout, engine, bytes);
        }

        @Override
        public void run(int worker, MemorySegment c, long cAt, MemorySegment a, long aAt, MemorySegment b, long bAt) {
            Operands own = operands[worker];
            oneDnn.onlyThisThread();
            oneDnn.setData(own.a, a.address() + aAt);
            oneDnn.setData(own.b, b.address() + bAt);
            oneDnn.setData(own.c, c.address() + cAt);
            oneDnn.execute(primitive, streams[worker], ARGUMENTS, own.arguments);
        }
    }

    /// The memory objects of one worker, and the list of arguments that names them.
    private record Operands(
            MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment scratch, MemorySegment arguments) {
        Operands {
            argument(arguments, 0, SOURCE, a);
            argument(arguments, 1, WEIGHTS, b);
            argument(arguments, 2, DESTINATION, c);
            argument(arguments, 3, SCRATCHPAD, scratch);
        }

        private static void argument(MemorySegment list, int index, int role, MemorySegment memory) {
            list.set(ValueLayout.JAVA_INT, (long) index * ARGUMENT_BYTES, role);
            list.set(ValueLayout.ADDRESS, (long) index * ARGUMENT_BYTES + 8, memory);
        }
    }
}

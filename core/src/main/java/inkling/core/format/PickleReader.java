package inkling.core.format;

import inkling.core.format.PickleValue.Entries;
import inkling.core.format.PickleValue.Items;
import inkling.core.format.PickleValue.Mark;
import inkling.core.format.PickleValue.Name;
import inkling.core.format.PickleValue.Storage;
import inkling.core.format.PickleValue.TensorView;
import inkling.core.format.PickleValue.Text;
import inkling.core.format.PickleValue.Whole;
import inkling.tokenizer.json.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the pickles that torch writes for tensors, and nothing else.
///
/// A pickle is a program for a small stack machine that may call any function of Python. This reader knows the two
/// dozen instructions that data and tensors need, and calls nothing: of all global names it accepts the storage types,
/// `torch._utils._rebuild_tensor_v2` and `collections.OrderedDict`. Everything else is refused.
final class PickleReader {
    private static final Set<String> KNOWN_NAMES = Set.of(
            "collections OrderedDict",
            "torch._utils _rebuild_tensor_v2",
            "torch._utils _rebuild_parameter",
            "torch FloatStorage",
            "torch DoubleStorage",
            "torch HalfStorage",
            "torch BFloat16Storage");

    private final String source;
    private final ByteBuffer in;
    private final Deque<PickleValue> stack = new ArrayDeque<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();

    private PickleReader(String source, byte[] bytes) {
        this.source = source;
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The value that the pickle describes.
    static PickleValue read(String source, byte[] bytes) throws IOException {
        return new PickleReader(source, bytes).value();
    }

    private PickleValue value() throws IOException {
        while (true) {
            int at = in.position();
            if (!in.hasRemaining()) {
                throw error(at, "the pickle ends without its stop instruction");
            }
            int code = in.get() & 0xFF;
            if (code == '.') {
                return pop(at);
            }
            try {
                if (!scalar(code) && !collection(code, at)) {
                    object(code, at);
                }
            } catch (java.nio.BufferUnderflowException e) {
                throw error(at, "the pickle is cut short");
            }
        }
    }

    /// Instructions that push a plain value or use the memo.
    private boolean scalar(int code) throws IOException {
        switch (code) {
            case 0x80 -> in.get(); // PROTO
            case 0x95 -> in.getLong(); // FRAME
            case 'K' -> push(new Whole(in.get() & 0xFF));
            case 'M' -> push(new Whole(in.getShort() & 0xFFFF));
            case 'J' -> push(new Whole(in.getInt()));
            case 0x8A -> push(new Whole(longNumber()));
            case 'G' -> push(new PickleValue.Decimal(Double.longBitsToDouble(Long.reverseBytes(in.getLong()))));
            case 'X' -> push(new Text(text(in.getInt())));
            case 0x8C -> push(new Text(text(in.get() & 0xFF)));
            case 0x88 -> push(new PickleValue.Truth(true));
            case 0x89 -> push(new PickleValue.Truth(false));
            case 'N' -> push(new PickleValue.Nothing());
            case 'q' -> memo.put(in.get() & 0xFF, peek());
            case 'r' -> memo.put(in.getInt(), peek());
            case 'h' -> push(recalled(in.get() & 0xFF));
            case 'j' -> push(recalled(in.getInt()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Instructions that build tuples, lists and dictionaries.
    private boolean collection(int code, int at) throws IOException {
        switch (code) {
            case '(' -> push(new Mark());
            case ')' -> push(new Items(List.of()));
            case ']' -> push(new Items(new ArrayList<>()));
            case '}' -> push(new Entries(new LinkedHashMap<>()));
            case 't' -> push(new Items(sinceMark(at)));
            case 0x85 -> tuple(1, at);
            case 0x86 -> tuple(2, at);
            case 0x87 -> tuple(3, at);
            case 'e' -> append(sinceMark(at), at);
            case 'a' -> append(List.of(pop(at)), at);
            case 'u' -> put(sinceMark(at), at);
            case 's' -> {
                PickleValue value = pop(at);
                put(List.of(pop(at), value), at);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Instructions that name or build an object: only the known ones.
    private void object(int code, int at) throws IOException {
        switch (code) {
            case 'c' -> {
                String module = line(at);
                String name = line(at);
                if (!KNOWN_NAMES.contains(module + " " + name)) {
                    throw error(at, "refused to load " + module + "." + name + ", which is no tensor data");
                }
                push(new Name(module, name));
            }
            case 'Q' -> push(storage(pop(at), at));
            case 'R' -> {
                PickleValue arguments = pop(at);
                push(built(pop(at), arguments, at));
            }
            case 'b' -> pop(at); // attributes of an OrderedDict (version numbers of modules): of no use here
            default -> throw error(at, String.format("refused the pickle instruction 0x%02X", code));
        }
    }

    private PickleValue built(PickleValue function, PickleValue arguments, int at) throws IOException {
        if (function instanceof Name(String module, String name)
                && arguments instanceof Items(List<PickleValue> items)) {
            if (module.equals("collections") && items.isEmpty()) {
                return new Entries(new LinkedHashMap<>());
            }
            if (name.equals("_rebuild_parameter") && !items.isEmpty()) {
                return items.getFirst();
            }
            if (name.equals("_rebuild_tensor_v2") && items.size() >= 4 && items.get(0) instanceof Storage storage) {
                List<Integer> shape = new ArrayList<>();
                for (long dimension : numbers(items.get(2), at)) {
                    if (dimension < 0 || dimension > Integer.MAX_VALUE) {
                        throw error(at, "a tensor has a dimension of " + dimension);
                    }
                    shape.add((int) dimension);
                }
                return new TensorView(storage, number(items.get(1), at), shape, numbers(items.get(3), at));
            }
        }
        throw error(at, "refused a call with unexpected arguments");
    }

    private Storage storage(PickleValue id, int at) throws IOException {
        if (id instanceof Items(List<PickleValue> items)
                && items.size() == 5
                && items.get(1) instanceof Name(String _, String type)
                && items.get(2) instanceof Text(String key)) {
            return new Storage(type, key, number(items.get(4), at));
        }
        throw error(at, "expected a tensor storage");
    }

    private List<Long> numbers(PickleValue value, int at) throws IOException {
        if (!(value instanceof Items(List<PickleValue> items))) {
            throw error(at, "expected a tuple of numbers");
        }
        List<Long> numbers = new ArrayList<>();
        for (PickleValue item : items) {
            numbers.add(number(item, at));
        }
        return numbers;
    }

    private long number(PickleValue value, int at) throws IOException {
        if (value instanceof Whole(long number)) {
            return number;
        }
        throw error(at, "expected a whole number");
    }

    private void tuple(int size, int at) throws IOException {
        List<PickleValue> items = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            items.addFirst(pop(at));
        }
        push(new Items(List.copyOf(items)));
    }

    private List<PickleValue> sinceMark(int at) throws IOException {
        List<PickleValue> items = new ArrayList<>();
        PickleValue value = pop(at);
        while (!(value instanceof Mark)) {
            items.add(value);
            value = pop(at);
        }
        return items.reversed();
    }

    private void append(List<PickleValue> items, int at) throws IOException {
        if (!(peek() instanceof Items(List<PickleValue> list)) || !(list instanceof ArrayList)) {
            throw error(at, "expected a list to append to");
        }
        list.addAll(items);
    }

    private void put(List<PickleValue> items, int at) throws IOException {
        if (!(peek() instanceof Entries(Map<PickleValue, PickleValue> entries)) || items.size() % 2 != 0) {
            throw error(at, "expected a dictionary and pairs to put into it");
        }
        for (int i = 0; i < items.size(); i += 2) {
            if (!(items.get(i) instanceof Text || items.get(i) instanceof Whole)) {
                throw error(at, "expected a text or a number as a key");
            }
            entries.put(items.get(i), items.get(i + 1));
        }
    }

    private void push(PickleValue value) {
        stack.push(value);
    }

    private PickleValue pop(int at) throws IOException {
        if (stack.isEmpty()) {
            throw error(at, "the pickle takes more than it has put down");
        }
        return stack.pop();
    }

    private PickleValue peek() throws IOException {
        PickleValue top = stack.peek();
        if (top == null) {
            throw error(in.position(), "the pickle takes more than it has put down");
        }
        return top;
    }

    private PickleValue recalled(int slot) throws IOException {
        PickleValue value = memo.get(slot);
        if (value == null) {
            throw error(in.position(), "the pickle recalls slot " + slot + ", which is empty");
        }
        return value;
    }

    private long longNumber() throws IOException {
        int length = in.get() & 0xFF;
        if (length > Long.BYTES) {
            throw error(in.position(), "a whole number of " + length + " bytes is too long");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        long value = length > 0 && bytes[length - 1] < 0 ? -1 : 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xFF;
        }
        return value;
    }

    private String text(int length) throws IOException {
        if (length < 0 || length > in.remaining()) {
            throw error(in.position(), "a text of " + length + " bytes is longer than the pickle");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line(int at) throws IOException {
        int start = in.position();
        while (in.get() != '\n') {
            if (in.position() - start > 200) {
                throw error(at, "a name is longer than 200 bytes");
            }
        }
        return new String(in.array(), start, in.position() - start - 1, StandardCharsets.UTF_8);
    }

    private IOException error(int at, String message) {
        return new IOException(OneLine.of(source + ": byte " + at + ": " + message));
    }
}

package inkling.core.format;

import java.util.List;
import java.util.Map;

/// What a pickle of a torch checkpoint can hold: plain data and tensors, never objects of arbitrary classes.
sealed interface PickleValue {
    /// A text.
    record Text(String value) implements PickleValue {}

    /// A whole number.
    record Whole(long value) implements PickleValue {}

    /// A decimal number.
    record Decimal(double value) implements PickleValue {}

    /// True or false.
    record Truth(boolean value) implements PickleValue {}

    /// Python's `None`.
    record Nothing() implements PickleValue {}

    /// A tuple or a list; a list grows while it is read.
    record Items(List<PickleValue> items) implements PickleValue {}

    /// A dictionary; it grows while it is read.
    record Entries(Map<PickleValue, PickleValue> entries) implements PickleValue {}

    /// One of the few known names of modules.
    record Name(String module, String name) implements PickleValue {}

    /// A run of elements in a file of the archive.
    record Storage(String type, String key, long elements) implements PickleValue {}

    /// A view of a storage.
    record TensorView(Storage storage, long offset, List<Integer> shape, List<Long> strides) implements PickleValue {}

    /// The mark below the items of a collection.
    record Mark() implements PickleValue {}
}

package inkling.core.accounting;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;

/// One number of a plan: what it is, the formula, and the value the formula gives.
///
/// @param key name in JSON and CSV, in lower case with underscores
/// @param title name in tables
/// @param formula how it is computed
/// @param sizes what the formula's symbols stand for
/// @param value its exact value
public record Figure(String key, String title, Expression formula, Map<Symbol, Long> sizes, long value) {
    /// Evaluates the formula; refuses values beyond 64 bits, which no real model reaches.
    public static Figure of(String key, String title, Expression formula, Map<Symbol, Long> sizes) {
        BigInteger value = formula.value(sizes);
        if (value.bitLength() > 62) {
            throw new IllegalArgumentException("plan: " + title + " would be "
                    + String.format(Locale.ROOT, "%.1e", value.doubleValue())
                    + ", more than this program counts (4.6e18); the sizes are not those of a model");
        }
        return new Figure(key, title, formula, sizes, value.longValueExact());
    }

    /// `formula in symbols = formula in numbers = value`.
    public String equation() {
        String symbols = formula.symbols();
        String numbers = formula.numbers(sizes);
        String exact = String.format(Locale.ROOT, "%,d", value);
        if (numbers.equals(exact)) {
            return symbols.equals(exact) ? exact : symbols + " = " + exact;
        }
        return (symbols.equals(numbers) ? "" : symbols + " = ") + numbers + " = " + exact;
    }
}

package inkling.core.accounting;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A formula of sums, products and powers over [Symbol]s that can be printed in symbols, printed with numbers in, and
/// evaluated exactly.
public sealed interface Expression
        permits Expression.Constant, Expression.Sum, Expression.Product, Expression.Power, Symbol {
    /// A whole number.
    ///
    /// @param value the number
    record Constant(BigInteger value) implements Expression {}

    /// `terms[0] + terms[1] + …`.
    ///
    /// @param terms at least one
    record Sum(List<Expression> terms) implements Expression {}

    /// `factors[0] · factors[1] · …`.
    ///
    /// @param factors at least one
    record Product(List<Expression> factors) implements Expression {}

    /// `base` to the power of `exponent`.
    ///
    /// @param base what is multiplied by itself
    /// @param exponent how often, at least 2
    record Power(Expression base, int exponent) implements Expression {}

    /// A whole number.
    static Expression constant(long value) {
        return new Constant(BigInteger.valueOf(value));
    }

    /// The square of a formula.
    static Expression square(Expression base) {
        return new Power(base, 2);
    }

    /// The sum of the terms; zeros vanish.
    static Expression sum(List<Expression> terms) {
        List<Expression> kept = new ArrayList<>();
        for (Expression term : terms) {
            if (!term.equals(constant(0))) {
                kept.add(term);
            }
        }
        return switch (kept.size()) {
            case 0 -> constant(0);
            case 1 -> kept.getFirst();
            default -> new Sum(List.copyOf(kept));
        };
    }

    /// The sum of the terms; zeros vanish.
    static Expression sum(Expression... terms) {
        return sum(List.of(terms));
    }

    /// The product of the factors, flattened, with all whole numbers multiplied and in front.
    static Expression product(Expression... factors) {
        BigInteger number = BigInteger.ONE;
        List<Expression> kept = new ArrayList<>();
        for (Expression factor : factors) {
            List<Expression> flat = factor instanceof Product(List<Expression> inner) ? inner : List.of(factor);
            for (Expression one : flat) {
                if (one instanceof Constant(BigInteger value)) {
                    number = number.multiply(value);
                } else {
                    kept.add(one);
                }
            }
        }
        if (kept.isEmpty() || number.signum() == 0) {
            return new Constant(number);
        }
        if (!number.equals(BigInteger.ONE)) {
            kept.addFirst(new Constant(number));
        }
        return kept.size() == 1 ? kept.getFirst() : new Product(List.copyOf(kept));
    }

    /// A whole number times the factors.
    static Expression times(long count, Expression... factors) {
        return product(constant(count), product(factors));
    }

    /// The exact value with these sizes.
    default BigInteger value(Map<Symbol, Long> sizes) {
        return switch (this) {
            case Constant(BigInteger value) -> value;
            case Symbol symbol -> BigInteger.valueOf(sizeOf(symbol, sizes));
            case Power(Expression base, int exponent) -> base.value(sizes).pow(exponent);
            case Sum(List<Expression> terms) ->
                terms.stream().map(term -> term.value(sizes)).reduce(BigInteger.ZERO, BigInteger::add);
            case Product(List<Expression> factors) ->
                factors.stream().map(factor -> factor.value(sizes)).reduce(BigInteger.ONE, BigInteger::multiply);
        };
    }

    /// The formula in symbols, for example `2·V·D + L·(4·D² + 3·D·F)`.
    default String symbols() {
        return text(Map.of());
    }

    /// The formula with numbers in place of symbols.
    default String numbers(Map<Symbol, Long> sizes) {
        return text(sizes);
    }

    private String text(Map<Symbol, Long> sizes) {
        return switch (this) {
            case Constant(BigInteger value) -> String.format(Locale.ROOT, "%,d", value);
            case Symbol symbol ->
                sizes.containsKey(symbol) ? String.format(Locale.ROOT, "%,d", sizeOf(symbol, sizes)) : symbol.name();
            case Power(Expression base, int exponent) -> base.text(sizes) + superscript(exponent);
            case Sum(List<Expression> terms) ->
                String.join(" + ", terms.stream().map(term -> term.text(sizes)).toList());
            case Product(List<Expression> factors) ->
                String.join(
                        "·",
                        factors.stream()
                                .map(factor ->
                                        factor instanceof Sum ? "(" + factor.text(sizes) + ")" : factor.text(sizes))
                                .toList());
        };
    }

    private static String superscript(int exponent) {
        return switch (exponent) {
            case 2 -> "²";
            case 3 -> "³";
            default -> "^" + exponent;
        };
    }

    private static long sizeOf(Symbol symbol, Map<Symbol, Long> sizes) {
        Long size = sizes.get(symbol);
        if (size == null) {
            throw new IllegalArgumentException("formula: no value for " + symbol + " (" + symbol.meaning() + ")");
        }
        return size;
    }
}

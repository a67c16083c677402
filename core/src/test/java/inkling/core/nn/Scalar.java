package inkling.core.nn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A number that knows how it was computed: automatic differentiation at its smallest, the independent witness
/// for the gradients of whole models.
final class Scalar {
    final double value;
    double gradient;
    private final Scalar[] parents;
    private final double[] slopes;
    private boolean done;

    private Scalar(double value, Scalar[] parents, double[] slopes) {
        this.value = value;
        this.parents = parents;
        this.slopes = slopes;
    }

    static Scalar of(double value) {
        return new Scalar(value, new Scalar[0], new double[0]);
    }

    private static Scalar unary(double value, Scalar a, double slope) {
        return new Scalar(value, new Scalar[] {a}, new double[] {slope});
    }

    Scalar plus(Scalar b) {
        return new Scalar(value + b.value, new Scalar[] {this, b}, new double[] {1, 1});
    }

    Scalar times(Scalar b) {
        return new Scalar(value * b.value, new Scalar[] {this, b}, new double[] {b.value, value});
    }

    Scalar times(double factor) {
        return unary(value * factor, this, factor);
    }

    Scalar power(double exponent) {
        return unary(Math.pow(value, exponent), this, exponent * Math.pow(value, exponent - 1));
    }

    Scalar exp() {
        return unary(Math.exp(value), this, Math.exp(value));
    }

    Scalar log() {
        return unary(Math.log(value), this, 1 / value);
    }

    static Scalar sum(List<Scalar> terms) {
        double sum = 0;
        double[] slopes = new double[terms.size()];
        for (int i = 0; i < slopes.length; i++) {
            sum += terms.get(i).value;
            slopes[i] = 1;
        }
        return new Scalar(sum, terms.toArray(new Scalar[0]), slopes);
    }

    /// The gradient of this number with respect to everything it was computed from.
    void backward() {
        gradient = 1;
        for (Scalar node : inReverseOrder()) {
            for (int i = 0; i < node.parents.length; i++) {
                node.parents[i].gradient += node.gradient * node.slopes[i];
            }
        }
    }

    private List<Scalar> inReverseOrder() {
        List<Scalar> finished = new ArrayList<>();
        Set<Scalar> seen = new HashSet<>();
        Deque<Scalar> open = new ArrayDeque<>(List.of(this));
        while (!open.isEmpty()) {
            Scalar node = open.peek();
            if (seen.add(node)) {
                for (Scalar parent : node.parents) {
                    if (!seen.contains(parent)) {
                        open.push(parent);
                    }
                }
            } else {
                open.pop();
                if (!node.done) {
                    node.done = true;
                    finished.add(node);
                }
            }
        }
        return finished.reversed();
    }
}

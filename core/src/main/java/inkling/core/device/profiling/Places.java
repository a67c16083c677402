package inkling.core.device.profiling;

import inkling.core.device.profiling.Place.Phase;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds the place of each call of a training step, from the parameters among its arguments and the order of calls.
///
/// A weight or its gradient says which layer is at work, and its name which part of it. Kernels without weights (RoPE,
/// attention, gates, sums) follow one with a weight of the same layer, forwards and backwards, so they belong where the
/// last weight was. So layers and operations need no hooks, and a step that nobody watches pays nothing.
final class Places {
    /// `layers.3.attn.q_proj.weight`.
    private static final Pattern IN_LAYER = Pattern.compile("layers\\.(\\d+)\\.(.*)");

    private static final String EMBEDDING = "embedding";
    private static final String HEAD = "output head";
    private static final String ATTENTION = "attention";
    private static final String FEED_FORWARD = "feed-forward";

    private static final Home OPTIMIZER = new Home("optimizer", "", "");

    private final Map<Bytes, Home> homes = new HashMap<>();
    private Home current = new Home(EMBEDDING, "", "");
    private Phase phase = Phase.OPTIMIZER;

    /// The bytes of a tensor: views of the same are different objects.
    private record Bytes(long address, long size) {
        static Bytes of(Tensor tensor) {
            return new Bytes(tensor.segment().address(), tensor.byteSize());
        }
    }

    private record Home(String layer, String part, String role) {}

    Places(Parameters parameters) {
        for (Parameter parameter : parameters.all()) {
            Home home = home(parameter);
            homes.put(Bytes.of(parameter.value()), home);
            homes.put(Bytes.of(parameter.gradient()), home);
        }
        for (Tensor slab : List.of(parameters.values(), parameters.gradients())) {
            homes.put(Bytes.of(slab), OPTIMIZER);
            homes.putIfAbsent(Bytes.of(parameters.decayed(slab)), OPTIMIZER);
            homes.putIfAbsent(Bytes.of(parameters.undecayed(slab)), OPTIMIZER);
        }
    }

    private static Home home(Parameter parameter) {
        String role = parameter.parts().stream()
                .map(part -> part.name().replaceFirst("\\.weight$", "").replaceFirst(".*\\.", ""))
                .map(name -> name.replaceFirst("_proj$", ""))
                .collect(Collectors.joining("+"));
        Matcher matcher = IN_LAYER.matcher(parameter.name());
        if (!matcher.matches()) {
            return switch (role) {
                case "token_embeddings" -> new Home(EMBEDDING, "", "");
                case "lm_head" -> new Home(HEAD, "", "");
                case "ln_final" -> new Home("final norm", "", "");
                default -> new Home(role, "", "");
            };
        }
        String name = matcher.group(2);
        String part = name.startsWith("attn.") ? ATTENTION : name.startsWith("ffn.") ? FEED_FORWARD : "norm";
        return new Home("layer " + matcher.group(1), part, role);
    }

    /// The place of the next call.
    Place next(KernelCall call) {
        boolean found = false;
        for (Tensor weight : call.weights()) {
            Home home = homes.get(Bytes.of(weight));
            if (home != null) {
                current = home;
                found = true;
            }
        }
        if (call.kernel().equals("adam w")) {
            current = OPTIMIZER;
        }
        if (call.kernel().startsWith("matmul") && current.layer().equals(EMBEDDING)) {
            current = new Home(HEAD, "", ""); // a tied head: the embedding's table as a matrix
        }
        phase = phase(call.kernel());
        String part = part(call.kernel());
        return new Place(phase, current.layer(), part, found ? current.role() : "", call.kernel(), call.shape());
    }

    private Phase phase(String kernel) {
        if (current.equals(OPTIMIZER)) {
            return Phase.OPTIMIZER;
        }
        return switch (kernel) {
            case "matmul NN", "matmul TN" -> Phase.BACKWARD;
            case "matmul NT", "embed", "rms norm", "attention", "cross entropy", "cross entropy with gradient" ->
                Phase.FORWARD;
            default -> kernel.endsWith("backward") ? Phase.BACKWARD : phase;
        };
    }

    /// Rotations belong to attention, whatever came before.
    private String part(String kernel) {
        boolean ofLayer = !current.part().isEmpty();
        return ofLayer && (kernel.startsWith(ATTENTION) || kernel.startsWith("rope")) ? ATTENTION : current.part();
    }
}

package inkling.core.check;

import inkling.core.generate.Sampler;
import inkling.core.generate.SamplingSpec;
import inkling.core.tensor.Tensor;
import inkling.tokenizer.json.JsonPlace;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/// `decode/`: temperature and nucleus sampling: which ids are kept, and with which probabilities.
final class SamplingReferences {
    private static final String FAMILY = "decode";

    private final References references;

    SamplingReferences(References references) {
        this.references = references;
    }

    void run() throws IOException {
        if (references.lacks(FAMILY, "temperature and top-p", "decode/nucleus.json")) {
            return;
        }
        List<JsonPlace> cases = references.json("decode/nucleus.json").items();
        int otherIds = 0;
        double error = 0;
        for (JsonPlace place : cases) {
            double[] actual = distribution(place);
            double[] expected = numbers(place.member("probabilities"));
            boolean[] kept = new boolean[actual.length];
            for (JsonPlace id : place.member("kept").items()) {
                kept[id.integer(0, actual.length - 1)] = true;
            }
            for (int id = 0; id < actual.length; id++) {
                otherIds += kept[id] == actual[id] > 0 ? 0 : 1;
                error = Math.max(error, Math.abs(actual[id] - expected[id]));
            }
        }
        references.exact(FAMILY, "ids kept by temperature and top-p, " + cases.size() + " cases", otherIds);
        references.add(FAMILY, "their probabilities", error, 1e-12);
    }

    private static double[] distribution(JsonPlace place) throws IOException {
        double[] logits = numbers(place.member("logits"));
        float[] floats = new float[logits.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) logits[i];
        }
        var spec = new SamplingSpec(
                place.member("temperature").number(), 0, place.member("top_p").number());
        return new Sampler(spec, new SplittableRandom(1)).distribution(Tensor.of(floats, 1, floats.length));
    }

    private static double[] numbers(JsonPlace array) throws IOException {
        double[] numbers = new double[array.items().size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.item(i).number();
        }
        return numbers;
    }
}

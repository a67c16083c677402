package inkling.app.plan;

import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonBoolean;
import inkling.tokenizer.json.JsonValue.JsonDecimal;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Plans as comma-separated values: one line for each figure, one column for each plan.
///
/// The figures are those of the JSON, named by their path: `parameters.per_layer.ffn`.
final class PlanCsv {
    private PlanCsv() {}

    static String of(List<JsonObject> plans) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        for (int column = 0; column < plans.size(); column++) {
            Map<String, String> figures = new LinkedHashMap<>();
            flatten("", plans.get(column), figures);
            int filled = column;
            figures.forEach((key, value) -> {
                List<String> line = lines.computeIfAbsent(key, _ -> new ArrayList<>());
                while (line.size() < filled) {
                    line.add("");
                }
                line.add(value);
            });
        }
        StringBuilder csv = new StringBuilder();
        lines.forEach((key, values) -> {
            csv.append(quoted(key.equals("name") ? "figure" : key));
            for (int column = 0; column < plans.size(); column++) {
                csv.append(',').append(column < values.size() ? quoted(values.get(column)) : "");
            }
            csv.append('\n');
        });
        return csv.toString();
    }

    private static void flatten(String path, JsonValue value, Map<String, String> figures) {
        switch (value) {
            case JsonObject(Map<String, JsonValue> members) ->
                members.forEach((name, member) -> flatten(path.isEmpty() ? name : path + "." + name, member, figures));
            case JsonArray(List<JsonValue> items) -> {
                for (int i = 0; i < items.size(); i++) {
                    flatten(path + "." + i, items.get(i), figures);
                }
            }
            case JsonString(String text) -> figures.put(path, text);
            case JsonInteger(long number) -> figures.put(path, Long.toString(number));
            case JsonDecimal(double number) ->
                figures.put(path, new BigDecimal(Double.toString(number)).toPlainString());
            case JsonBoolean(boolean truth) -> figures.put(path, Boolean.toString(truth));
            case JsonNull() -> figures.put(path, "");
        }
    }

    private static String quoted(String cell) {
        return cell.matches("[^\",\\r\\n]*") ? cell : "\"" + cell.replace("\"", "\"\"") + "\"";
    }
}

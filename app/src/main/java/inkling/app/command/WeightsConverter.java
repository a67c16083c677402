package inkling.app.command;

import inkling.core.tensor.WeightFormat;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads how weights are kept: `float32`, `bfloat16` or `int8`.
public final class WeightsConverter implements ITypeConverter<WeightFormat> {
    @Override
    public WeightFormat convert(String text) {
        for (WeightFormat format : WeightFormat.values()) {
            if (format.name().equals(text.toUpperCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new TypeConversionException("'" + text + "' is not float32, bfloat16 or int8");
    }
}

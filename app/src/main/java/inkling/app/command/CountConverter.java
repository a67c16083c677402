package inkling.app.command;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads amounts as people write them: `20000`, `20_000`, `20k`, `1.5M`, `2G`.
public final class CountConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        String plain = text.replace("_", "").strip().toLowerCase(Locale.ROOT);
        long scale = switch (plain.isEmpty() ? ' ' : plain.charAt(plain.length() - 1)) {
            case 'k' -> 1_000L;
            case 'm' -> 1_000_000L;
            case 'g' -> 1_000_000_000L;
            default -> 1L;
        };
        String digits = scale == 1 ? plain : plain.substring(0, plain.length() - 1);
        try {
            return scale == 1 ? Long.parseLong(digits) : Math.round(Double.parseDouble(digits) * scale);
        } catch (NumberFormatException _) {
            throw new TypeConversionException("'" + text + "' is not a number such as 20000, 20k or 1.5M");
        }
    }
}

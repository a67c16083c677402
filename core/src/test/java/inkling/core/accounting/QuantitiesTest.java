package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuantitiesTest {
    @Test
    void gigabytes_and_gibibytes_are_never_confused() {
        assertThat(Quantities.bytes("80GB")).isEqualTo(80_000_000_000L);
        assertThat(Quantities.bytes("80 GiB")).isEqualTo(85_899_345_920L);
        assertThat(Quantities.bytes("1.5kB")).isEqualTo(1_500);
        assertThat(Quantities.gigabytes(34_032_921_600.0)).isEqualTo("34.03 GB");
        assertThat(Quantities.gibibytes(34_032_921_600.0)).isEqualTo("31.70 GiB");
    }

    @Test
    void rates_and_counts_are_read_with_their_units() {
        assertThat(Quantities.flopsPerSecond("19.5TFLOP/s")).isEqualTo(19.5e12);
        assertThat(Quantities.count("tokens", "327.68M")).isEqualTo(327_680_000);
        assertThat(Quantities.count("steps", "400K")).isEqualTo(400_000);
        assertThat(Quantities.count("steps", "400,000")).isEqualTo(400_000);
    }

    @Test
    void missing_and_unknown_units_are_explained() {
        assertThatThrownBy(() -> Quantities.bytes("80"))
                .hasMessageContaining("has no unit, expected one of B, GB, GiB");
        assertThatThrownBy(() -> Quantities.bytes("80gigs")).hasMessageContaining("unknown unit \"gigs\"");
        assertThatThrownBy(() -> Quantities.flopsPerSecond("19.5TFLOPS"))
                .hasMessageContaining("unknown unit \"TFLOPS\"");
        assertThatThrownBy(() -> Quantities.bytes("-3GB")).hasMessageContaining("not a positive number");
        assertThatThrownBy(() -> Quantities.bytes("0GB")).hasMessageContaining("is zero");
        assertThatThrownBy(() -> Quantities.count("tokens", "1e30")).hasMessageContaining("beyond what");
    }

    @Test
    void durations_read_well() {
        assertThat(Quantities.duration(12.34)).isEqualTo("12.3 s");
        assertThat(Quantities.duration(568823040.0)).isEqualTo("6,583.6 days");
        assertThat(Quantities.flops(4_513_336_524_800.0)).isEqualTo("4.513 TFLOP");
    }
}

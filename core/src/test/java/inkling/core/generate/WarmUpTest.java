package inkling.core.generate;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.cpu.CpuKernels;
import inkling.core.tensor.WeightFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void it_ends_when_it_is_told_to() {
        WarmUp warmUp = WarmUp.start(() -> new CpuKernels(1), Optional.of(WeightFormat.INT8));
        assertThat(warmUp.isRunning()).isTrue();
        warmUp.close();
        assertThat(warmUp.isRunning()).isFalse();
        warmUp.close();
    }
}

package inkling.core.device;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.reference.ReferenceKernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What is said of every kernel is said of all of them.
class KernelFingerprintTest {
    @Test
    void the_fingerprint_runs_every_kernel_there_is() {
        Set<String> called = new TreeSet<>();
        try (var reference = new ReferenceKernels()) {
            Object watched = Proxy.newProxyInstance(
                    Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, method, arguments) -> {
                        called.add(method.getName());
                        return call(reference, method, arguments);
                    });
            assertThat(KernelFingerprint.of((Kernels) watched)).isNotEmpty();
        }
        Set<String> all = new TreeSet<>();
        for (Method method : Kernels.class.getMethods()) {
            all.add(method.getName());
        }
        all.removeAll(Set.of("name", "close"));
        assertThat(called).isEqualTo(all);
    }

    private static Object call(Kernels kernels, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(kernels, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

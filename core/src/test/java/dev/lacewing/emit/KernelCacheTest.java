package dev.lacewing.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.kernel.Baked;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KernelCacheTest {
    private final KernelCache<Program> cache = new KernelCache<>();
    private final AtomicInteger made = new AtomicInteger();

    /** A pattern of 20 000 non-zeros: the code of a closed session is not to stay. */
    private static Program large() {
        int columns = 2000, each = 10;
        int[] offsets = new int[columns], ends = new int[columns];
        byte[] entries = new byte[columns * each];
        for (int c = 0; c < columns; c++) {
            offsets[c] = 64 * c;
            ends[c] = (c + 1) * each;
            for (int i = 0; i < each; i++) entries[c * each + i] = (byte) i;
        }
        return Baked.program(new Baked.Pattern(each, offsets, ends, entries), Baked.Ahead.ALONE, Epilogue.NONE, false, false, Machine.AVX512.baking());
    }

    private Kernel kernel(Program program) {
        return cache.of(program, () -> {
            made.incrementAndGet();
            return new Interpreter(program)::run;
        });
    }

    @Test void equalProgramsShareAKernel() {
        Kernel one = kernel(large());
        assertThat(kernel(large())).isSameAs(one);
        assertThat(made).hasValue(1);
    }

    @Test void aProgramGoesWithItsKernel() throws InterruptedException {
        WeakReference<Program> program = use(large());
        for (int i = 0; i < 200 && program.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(program.get()).as("the program, though the cache was not asked again").isNull();
        kernel(large());
        assertThat(made).hasValue(2);
    }

    private WeakReference<Program> use(Program program) {
        kernel(program);
        return new WeakReference<>(program);
    }
}

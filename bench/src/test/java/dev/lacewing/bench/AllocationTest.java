package dev.lacewing.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static volatile byte[] sink = new byte[0];

    @Test
    void countsNothingForARunThatAllocatesNothing() {
        int[] counter = {0};
        assertThat(Allocation.bytesPerRun(() -> counter[0]++, 10)).isZero();
        assertThat(counter[0]).isEqualTo(10);
    }

    @Test
    void countsTheCallersBytes() {
        double bytes = Allocation.bytesPerRun(() -> sink = new byte[100_000], 20);
        assertThat(bytes).isBetween(100_000.0, 100_100.0);
        assertThat(sink).hasSize(100_000);
    }

    @Test
    void onlyTheWiderCountSeesWorkerThreads() {
        try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
            Runnable run = () -> {
                try {
                    Future<?> done = worker.submit(() -> sink = new byte[1_000_000]);
                    done.get();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            run.run();
            assertThat(Allocation.bytesPerRun(run, 10)).isLessThan(100_000);
            assertThat(Allocation.bytesPerRunOfAllThreads(run, 10)).isBetween(1_000_000.0, 1_500_000.0);
        }
    }
}

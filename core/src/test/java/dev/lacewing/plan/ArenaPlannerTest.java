package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.plan.Plan.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArenaPlannerTest {
    private static final int LINE = 16;

    private static Buffer buffer(String name, int floats, int first, int last) { return new Buffer(name, 0, floats, first, last); }

    @Test
    void buffersThatLiveTogetherNeverOverlap() {
        int saved = 0;
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Buffer> buffers = new ArrayList<>();
            int steps = 1 + random.nextInt(20);
            for (int i = random.nextInt(40); i >= 0; i--) {
                int first = random.nextInt(steps);
                buffers.add(buffer("b" + i, 1 + random.nextInt(random.nextBoolean() ? 20 : 5000), first, first + random.nextInt(steps - first)));
            }
            List<Buffer> placed = ArenaPlanner.place(buffers);
            assertThat(placed).as("seed %d", seed).extracting(b -> buffer(b.name(), b.floats(), b.first(), b.last())).isEqualTo(buffers);
            for (int i = 0; i < placed.size(); i++) {
                Buffer a = placed.get(i);
                assertThat(a.offset() % LINE).as("seed %d: %s begins a cache line", seed, a).isZero();
                for (Buffer b : placed.subList(0, i)) {
                    boolean together = a.first() <= b.last() && b.first() <= a.last(), apart = a.offset() + a.floats() <= b.offset() || b.offset() + b.floats() <= a.offset();
                    assertThat(apart || !together).as("seed %d: %s and %s", seed, a, b).isTrue();
                }
            }
            long size = ArenaPlanner.size(placed), sum = buffers.stream().mapToLong(b -> Math.ceilDiv(b.floats(), LINE) * LINE).sum();
            long least = IntStream.range(0, steps).mapToLong(s -> buffers.stream().filter(b -> b.first() <= s && s <= b.last()).mapToLong(Buffer::floats).sum()).max().orElseThrow();
            assertThat(size).as("seed %d", seed).isBetween(least, sum);
            if (size < sum / 2) saved++;
        }
        assertThat(saved).as("arenas that take less than half of the buffers' sum").isGreaterThan(25);
    }

    @Test
    void aChainTakesTurnsInTwoPlaces() {
        List<Buffer> placed = ArenaPlanner.place(IntStream.range(0, 10).mapToObj(i -> buffer("v" + i, 100, i, i + 1)).toList());
        assertThat(placed).extracting(Buffer::offset).containsOnly(0L, 112L);
        assertThat(ArenaPlanner.size(placed)).isEqualTo(212);
    }

    @Test
    void noBuffersTakeNoMemory() { assertThat(ArenaPlanner.size(ArenaPlanner.place(List.of()))).isZero(); }
}

package dev.lacewing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.error.LacewingException.Invalid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterleavedTest {
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Runnable> subjects = new LinkedHashMap<>();

    InterleavedTest() { for (String name : List.of("b", "a")) subjects.put(name, () -> calls.add(name)); }

    @Test
    void turnsAlternateAndSoDoesWhoBegins() {
        List<Integer> progress = new ArrayList<>();
        List<Timing> timings = Interleaved.measure(subjects, new Turns(2, 0), 1, 5, progress::add);
        assertThat(String.join("", calls)).isEqualTo("ba" + "ba" + "bbaa" + "aabb" + "ba");
        assertThat(progress).containsExactly(1, 2, 4, 6, 7);
        assertThat(timings).extracting(Timing::name).containsExactly("b", "a");
    }

    @Test
    void inTurnsOfOneRunEachFollowsTheOther() {
        Interleaved.measure(subjects, Turns.of(1), 0, 3);
        assertThat(String.join("", calls)).isEqualTo("ba" + "bababa");
    }

    @Test
    void turnsBeginUntimed() {
        long start = System.nanoTime();
        Interleaved.measure(subjects, new Turns(2, 10), 0, 4);
        assertThat(System.nanoTime() - start).isGreaterThan(4 * 10_000_000L);
        assertThat(calls).hasSizeGreaterThan(2 + 2 * 4);
    }

    @Test
    void takesOrderStatistics() {
        double[] ten = {10, 1, 9, 2, 8, 3, 7, 4, 6, 5};
        assertThat(Timing.of("x", ten, 99)).isEqualTo(new Timing("x", 5.5, 1, 3, 8, 9, 99));
        assertThat(new Timing("ours", 2, 0, 0, 0, 0, 0).fasterThan(new Timing("theirs", 7, 0, 0, 0, 0, 0))).isCloseTo(3.5, within(1e-12));
    }

    @Test
    void measuresTimeInMilliseconds() {
        Runnable pause = () -> {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        Timing sleep = Interleaved.measure(Map.of("sleep", pause), Turns.LONG, 0, 3).getFirst();
        assertThat(sleep.minMs()).isBetween(4.9, 1000.0);
        assertThat(sleep.firstMs()).isGreaterThan(4.9);
    }

    @Test
    void refusesNoRuns() {
        assertThatThrownBy(() -> Interleaved.measure(Map.of(), Turns.LONG, 0, 0)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Turns.of(0)).isInstanceOf(Invalid.class);
    }
}

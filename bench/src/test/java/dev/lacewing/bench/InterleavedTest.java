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
    @Test
    void goesRoundAndReportsEachRound() {
        List<String> calls = new ArrayList<>();
        List<Integer> rounds = new ArrayList<>();
        Map<String, Runnable> subjects = new LinkedHashMap<>();
        subjects.put("b", () -> calls.add("b"));
        subjects.put("a", () -> calls.add("a"));
        List<Timing> timings = Interleaved.measure(subjects, 1, 2, rounds::add);
        assertThat(calls).containsExactly("b", "a", "b", "a", "b", "a", "b", "a");
        assertThat(rounds).containsExactly(1, 2, 3, 4);
        assertThat(timings).extracting(Timing::name).containsExactly("b", "a");
    }

    @Test
    void takesOrderStatistics() {
        double[] ten = {10, 1, 9, 2, 8, 3, 7, 4, 6, 5};
        assertThat(Interleaved.timing("x", ten, 99)).isEqualTo(new Timing("x", 5.5, 1, 3, 8, 9, 99));
        assertThat(Interleaved.timing("x", new double[] {3, 1, 2}, 0)).isEqualTo(new Timing("x", 2, 1, 1, 3, 3, 0));
        assertThat(new Timing("ours", 2, 0, 0, 0, 0, 0).fasterThan(new Timing("theirs", 7, 0, 0, 0, 0, 0))).isCloseTo(3.5, within(1e-12));
    }

    @Test
    void measuresTimeInMilliseconds() {
        Timing sleep = Interleaved.measure(Map.of("sleep", () -> {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }), 0, 3).getFirst();
        assertThat(sleep.minMs()).isBetween(4.9, 1000.0);
        assertThat(sleep.firstMs()).isGreaterThan(4.9);
    }

    @Test
    void refusesNoRuns() { assertThatThrownBy(() -> Interleaved.measure(Map.of(), 0, 0)).isInstanceOf(Invalid.class); }
}

package dev.lacewing.train.method;

import dev.lacewing.graph.Graph;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A training run, as a method sees it.
 *
 * @param graph what is trained; its weights are those from before the run
 * @param sparse the weights in scope: those that the method may mask
 * @param epochs of the whole run
 * @param stepsPerEpoch optimizer steps in each
 */
public record Run(Graph graph, Parameters parameters, List<Parameter> sparse, int epochs, int stepsPerEpoch, long seed) {
    public Run { sparse = List.copyOf(sparse); }

    public long steps() { return (long) epochs * stepsPerEpoch; }

    /** Random numbers that depend only on the run's seed, {@code step} and {@code what}: the same again after a resumption. */
    public SplittableRandom random(long step, String what) { return new SplittableRandom(mix(mix(seed) ^ mix(step + 1) ^ what.hashCode())); }

    /** Spreads neighbouring numbers over all bits. Not the finalizer of SplitMix64, though of its constants: the first shift sees the number without the addend. */
    private static long mix(long z) {
        z = (z + 0x9e3779b97f4a7c15L ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}

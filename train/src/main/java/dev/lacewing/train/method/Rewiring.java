package dev.lacewing.train.method;

import dev.lacewing.prune.Selection;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Topology steps of masks with a constant number of living weights (RigL, arXiv 1911.11134, section 3; details from the authors' code). Hard masks.
 *
 * @param interval steps from one topology step to the next
 * @param fraction share of the living that the first one drops
 * @param first step
 * @param last step after which there is none
 */
record Rewiring(int interval, double fraction, long first, long last) {
    /** Standard deviation of the noise that decides among equal magnitudes. */
    private static final double NOISE = 1e-5;

    static Rewiring of(Run run, int interval, double fraction, double begin, double end) {
        return new Rewiring(interval, fraction, (long) (begin * run.steps()), (long) (end * run.steps()));
    }

    boolean isAt(long step) { return step >= first && step <= last && (step - first) % interval == 0; }

    /** Steps until the next topology step, 0 at one; {@link Long#MAX_VALUE} if there is none to come. */
    long until(long step) {
        long next = step <= first ? first : first + Math.ceilDiv(step - first, interval) * interval;
        return next > last ? Long.MAX_VALUE : next - step;
    }

    /** fraction / 2 * (1 + cos(pi t / T)), t the number of the step, T the steps from first to last: the authors' cosine does not count from the first step either. */
    double dropped(long step) {
        double t = Math.min(1, (double) step / Math.max(1, last - first));
        return fraction / 2 * (1 + Math.cos(Math.PI * t));
    }

    /** Each weight alive with equal chances, {@code zeros} of the pool dead. */
    static void scatter(boolean[] live, int[] pool, int zeros, SplittableRandom random) {
        int[] left = pool.clone();
        for (int i = 0; i < left.length; i++) {
            int j = i + random.nextInt(left.length - i), chosen = left[j];
            left[j] = left[i];
            live[chosen] = i >= zeros;
        }
    }

    /** For each weight, how much it deserves to grow. Not for NONE, and not for HEBBIAN, whose scores come from {@link Correlations}. */
    static double[] scores(Growth growth, Parameter parameter, SplittableRandom random) {
        double[] scores = new double[parameter.size()];
        if (growth == Growth.GRADIENT) Arrays.setAll(scores, i -> Math.abs(parameter.gradient()[i]));
        else Arrays.setAll(scores, i -> random.nextDouble());
        return scores;
    }

    /**
     * In each pool: of the living, the int(fraction * living) of least magnitude are dropped; of all that are dead then, those just dropped among them, as many of highest
     * score grow. What was dead before and grows is zero and has no momentum; what was dropped and grows again keeps value and momentum.
     */
    void step(Parameter parameter, int[][] pools, double[] growth, long step, SplittableRandom random) {
        boolean[] live = Target.mask(parameter).live(), before = live.clone();
        double[] magnitudes = new double[live.length], reluctance = new double[live.length];
        for (int i = 0; i < live.length; i++) {
            if (live[i]) magnitudes[i] = Math.abs(parameter.values()[i]) + NOISE * random.nextGaussian();
            reluctance[i] = -growth[i];
        }
        boolean[] chosen = new boolean[live.length];
        for (int[] pool : pools) {
            int[] living = Arrays.stream(pool).filter(i -> before[i]).toArray();
            int count = (int) (dropped(step) * living.length);
            move(magnitudes, living, count, chosen, live, false);
            move(reluctance, Arrays.stream(pool).filter(i -> !live[i]).toArray(), count, chosen, live, true);
        }
        for (int i = 0; i < live.length; i++)
            if (live[i] != before[i]) {
                parameter.values()[i] = 0;
                parameter.clearSlots(i);
            }
        parameter.applyMask();
    }

    /** Sets the {@code count} of least score; {@code chosen} is all false before and after. */
    private static void move(double[] scores, int[] members, int count, boolean[] chosen, boolean[] live, boolean to) {
        Selection.smallest(scores, members, count, chosen);
        for (int i : members) {
            if (chosen[i]) live[i] = to;
            chosen[i] = false;
        }
    }

    /** Everything competes with everything. */
    static int[][] one(Parameter parameter) {
        int[] all = new int[parameter.size()];
        Arrays.setAll(all, i -> i);
        return new int[][] {all};
    }

    static Mask hard(Parameter parameter) {
        Mask mask = Mask.dense(Mask.Kind.HARD, parameter.size());
        parameter.mask(mask);
        return mask;
    }
}

package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * N:M sparsity from random weights by the sparse-refined straight-through estimator, SR-STE (Zhou et al. 2021, arXiv 2102.04010, section 4). At every forward pass the M - N
 * weights of least magnitude die in each run of M consecutive input channels, for each output channel and kernel position (the authors' NHWC class); of equals, those that
 * stand first. The gradient passes straight through, unmasked, and lambda * w is added to it where w is dead.
 *
 * <p>A run that the input channels cut short keeps the same share, rounded up; the authors let it go on into the next kernel position. They prune the first convolution, too,
 * and leave the classifier dense; here a recipe's scope decides, and its default leaves the first convolution dense as well. The sparse architecture divergence, SAD,
 * is the number of positions of the masks that differ from one step to the next.
 *
 * @param pattern N:M
 * @param lambda of the decay lambda * w of dead weights, added to the gradient; 0 is the plain straight-through estimator (STE). The authors' 2e-4 belongs to a run of
 *        600 000 steps: a short run wants a hundred times that and more, for the dead shrink by about exp(-lambda * sum of rates / (1 - momentum))
 */
public record SrSte(Pattern pattern, double lambda) implements Method {
    public static final SrSte DEFAULT = new SrSte(new Pattern.NofM(2, 4), 2e-4);

    private static final String CHANGES = "mask changes";
    private static final int CARRY = 1 << 20;

    public SrSte {
        if (!(pattern instanceof Pattern.NofM)) throw new Invalid("the pattern must be N:M, got " + pattern);
        Checks.atLeast("lambda", 0, lambda);
    }

    @Override
    public void begin(Run run) {
        for (Parameter parameter : run.sparse()) {
            parameter.mask(Mask.dense(Mask.Kind.STRAIGHT_THROUGH, parameter.size()));
            follow(parameter);
        }
    }

    @Override
    public void beforeEpoch(Run run, int epoch) { for (Parameter parameter : run.sparse()) Arrays.fill(parameter.note(CHANGES, 2), 0); }

    @Override
    public void beforeForward(Run run, Step step) { beforeEvaluation(run); }

    @Override
    public void beforeEvaluation(Run run) {
        for (Parameter parameter : run.sparse()) {
            float[] changes = parameter.note(CHANGES, 2);
            changes[1] += follow(parameter);
            while (changes[1] >= CARRY) {
                changes[1] -= CARRY;
                changes[0]++;
            }
        }
    }

    @Override
    public boolean afterBackward(Run run, Step step) {
        if (lambda > 0) for (Parameter parameter : run.sparse()) Target.decayDead(parameter, lambda);
        return true;
    }

    /** {@code sad}: positions of all masks that changed from one step to the next, summed over the epoch; {@code sadShare}: the same for one step and position. */
    @Override
    public Map<String, Double> figures(Run run) {
        double sad = 0, positions = 0;
        for (Parameter parameter : run.sparse()) {
            float[] changes = parameter.note(CHANGES, 2);
            sad += (double) changes[0] * CARRY + changes[1];
            positions += parameter.size();
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("sad", sad);
        figures.put("sadShare", positions == 0 ? 0 : sad / positions / run.stepsPerEpoch());
        return figures;
    }

    /**
     * Makes the mask that of the values.
     *
     * @return how many positions have changed
     */
    private int follow(Parameter parameter) {
        Pattern.NofM nm = (Pattern.NofM) pattern;
        boolean[] live = Target.mask(parameter).live();
        float[] values = parameter.values();
        int in = parameter.shape().dim(1), out = parameter.shape().dim(0), taps = parameter.size() / out / in, changed = 0;
        int[] keys = new int[Math.min(in, nm.m())];
        for (int o = 0; o < out; o++)
            for (int tap = 0; tap < taps; tap++)
                for (int c = 0; c < in; c += nm.m()) {
                    int run = Math.min(nm.m(), in - c), from = (o * in + c) * taps + tap, dead = run - Math.ceilDiv(run * nm.n(), nm.m());
                    for (int i = 0; i < run; i++) keys[i] = key(values[from + i * taps]);
                    for (int i = 0; i < run; i++) {
                        boolean lives = rank(keys, run, i) >= dead;
                        changed += live[from + i * taps] ^ lives ? 1 : 0;
                        live[from + i * taps] = lives;
                    }
                }
        return changed;
    }

    /** A number from 0 on in the order of the magnitudes: the bits of a float without its sign. */
    private static int key(float value) { return Float.floatToRawIntBits(value) & Integer.MAX_VALUE; }

    /** How many come before this one in ascending order; of equals, those that stand first. The sign of a difference counts, for a branch would be mispredicted. */
    private static int rank(int[] keys, int count, int index) {
        int own = keys[index], rank = 0;
        for (int i = 0; i < index; i++) rank += keys[i] - own - 1 >>> 31;
        for (int i = index + 1; i < count; i++) rank += keys[i] - own >>> 31;
        return rank;
    }
}

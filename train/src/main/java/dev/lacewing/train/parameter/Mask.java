package dev.lacewing.train.parameter;

import java.util.Arrays;

/** Which values of a parameter live. {@link #live()} may be written; the parameter sees it at once. */
public final class Mask {
    /** Whether dead weights go on changing. */
    public enum Kind {
        /** Dead weights are zero and get no gradient. */
        HARD,
        /** Dead weights keep a value that the forward pass does not see, and get no gradient. */
        FROZEN,
        /** Dead weights keep a value that the forward pass does not see, and get the gradient as if it had (Bengio et al. 2013, arXiv 1308.3432). */
        STRAIGHT_THROUGH
    }

    private final Kind kind;
    private final boolean[] live;
    private final float[] seen;

    /** @param live taken over, not copied */
    public Mask(Kind kind, boolean[] live) {
        this.kind = kind;
        this.live = live;
        seen = new float[live.length];
    }

    /** All alive. */
    public static Mask dense(Kind kind, int size) {
        boolean[] live = new boolean[size];
        Arrays.fill(live, true);
        return new Mask(kind, live);
    }

    public Kind kind() { return kind; }

    public boolean[] live() { return live; }

    public int size() { return live.length; }

    public int count() {
        int count = 0;
        for (boolean l : live) count += l ? 1 : 0;
        return count;
    }

    /** Zeroes what stands where the mask is dead. */
    public void clear(float[] values) { for (int i = 0; i < live.length; i++) values[i] = kept(values[i], bits(live[i])); }

    float[] over(float[] values) {
        for (int i = 0; i < live.length; i++) seen[i] = kept(values[i], bits(live[i]));
        return seen;
    }

    /** All bits of what lives, none of what is dead: for loops over masks at random, where a branch would be mispredicted. */
    public static int bits(boolean live) { return -(live ? 1 : 0); }

    /** The value under {@link #bits}: itself or +0, infinities and NaN too. */
    public static float kept(float value, int bits) { return Float.intBitsToFloat(Float.floatToRawIntBits(value) & bits); }
}

package dev.lacewing.train.data;

/** Random numbers that are a function of what they are for, not of what was drawn before: SplitMix64 (Steele, Lea, Flood 2014). */
final class Dice {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private Dice() {}

    static long mix(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** Where the numbers for {@code index} in {@code epoch} start. */
    static long start(long seed, int epoch, int index) { return mix(mix(mix(seed + GAMMA) + (epoch + 1L) * GAMMA) + (index + 1L) * GAMMA); }

    /** The {@code draw}-th number from {@code start}: 0 to {@code bound} - 1, evenly but for a part in 2^32 / bound. */
    static int below(int bound, long start, int draw) { return (int) ((mix(start + (draw + 1L) * GAMMA) >>> 32) * bound >>> 32); }

    /** The numbers 0 to n - 1 in a random order, each order equally likely. */
    static void shuffle(int[] order, long start) {
        for (int i = 0; i < order.length; i++) order[i] = i;
        for (int i = order.length - 1; i > 0; i--) {
            int j = below(i + 1, start, i), swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }
}

package dev.lacewing.train.method;

/** How a rate grows from 0 to 1 (SUBP, arXiv 2310.06218, authors' code). */
public enum Ramp {
    /** s. */
    LINEAR,
    /** 1 - cos(s pi / 2). */
    COSINE,
    /** 1 - exp(-i / 20), i the epochs since the start, over the same at the last epoch before the end: reaches 1 an epoch early. */
    EXPONENTIAL,
    /** s^3: most of the way late. The cubic ramp of gradual magnitude pruning, 1 - (1 - s)^3, is another. */
    CUBIC;

    private static final double RATE = 0.05;

    /** @return 0 before {@code start}, 1 from {@code end} on; s = (epoch - start) / (end - start) */
    public double at(int epoch, int start, int end) {
        if (epoch >= end) return 1;
        if (epoch <= start) return 0;
        double s = (double) (epoch - start) / (end - start);
        return switch (this) {
            case LINEAR -> s;
            case COSINE -> 1 - Math.cos(s * Math.PI / 2);
            case EXPONENTIAL -> Math.expm1(-RATE * (epoch - start)) / Math.expm1(-RATE * (end - start - 1));
            case CUBIC -> s * s * s;
        };
    }
}

package dev.lacewing.train.method;

/** How a rate grows from 0 to 1 (SUBP, arXiv 2310.06218, authors' code). */
public enum Ramp {
    /** s. */
    LINEAR,
    /** 1 - cos(s pi / 2). */
    COSINE,
    /** 1 - exp(-i / 20), i the epochs since the start, over the same at the last epoch of the window. */
    EXPONENTIAL,
    /** s^3: most of the way late. The cubic ramp of gradual magnitude pruning, 1 - (1 - s)^3, is another. */
    CUBIC;

    /** @return 0 before {@code start}, 1 from {@code end} on; s = (epoch - start) / (end - start) */
    public double at(int epoch, int start, int end) { throw new UnsupportedOperationException(); }
}

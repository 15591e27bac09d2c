package dev.lacewing.prune;

/** What a block is worth; {@link Scores} computes it. */
public enum Criterion {
    /** Mean magnitude: among blocks of one size, the order of their L1 norms. */
    L1,
    /** Root of the mean square: among blocks of one size, the order of their L2 norms. */
    L2,
    /** Magnitude less angular redundancy (block pruning criterion based on angular redundancy, SUBP, arXiv 2310.06218). */
    BPAR
}

package dev.lacewing.train.method;

/** Which connections a topology step grows. */
public enum Growth {
    /** None; none is dropped either: the masks are static. */
    NONE,
    /** Any, with equal chances (SET). */
    RANDOM,
    /** Those of the largest gradient magnitude in this batch (RigL). */
    GRADIENT,
    /** Those whose two ends are correlated most, in magnitude. */
    HEBBIAN
}

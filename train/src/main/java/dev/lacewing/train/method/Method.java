package dev.lacewing.train.method;

import java.util.Set;

/**
 * How weights become and stay sparse over a training run. The training loop calls, for each step: {@link #beforeForward}, the forward and backward pass,
 * {@link #afterBackward}, and, unless that said no, the optimizer; then it applies hard masks. All that a method remembers between steps is in the masks, values and slots
 * of the parameters, or follows from the step's number, so that a run resumed from a checkpoint goes on as if it had not been stopped.
 */
public interface Method {
    /** Lays the first masks. A resumed run has its masks and is not told. */
    void begin(Run run);

    /** Before the first step of an epoch, the first epoch being 0. */
    default void beforeEpoch(Run run, int epoch) {}

    default void beforeForward(Run run, Step step) {}

    /**
     * Gradients are dense and unmasked. They may be changed.
     *
     * @return whether the optimizer shall take its step; no if this one was spent on the masks
     */
    default boolean afterBackward(Run run, Step step) { return true; }

    /** Activations to be had from {@link Step#activation}, by their names in the graph. */
    default Set<String> watched() { return Set.of(); }

    /** One line of figures for the log of an epoch, such as how many positions of the masks have changed; empty for none. */
    default String report(Run run) { return ""; }
}

package dev.lacewing.train;

/** Told how a training run goes, on the thread that trains. */
public interface Progress {
    /**
     * After each step.
     *
     * @param step number of steps done
     * @param steps of the whole run
     * @param loss mean of the epoch so far
     * @param accuracy of the epoch so far, 0 to 1
     * @param density share of nonzeros among the weights in scope
     */
    default void step(long step, long steps, double loss, double accuracy, double density) {}

    default void epoch(Epoch epoch) {}

    /** What the user should know before the run, in a sentence. */
    default void note(String text) {}
}

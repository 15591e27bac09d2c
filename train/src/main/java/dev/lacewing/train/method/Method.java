package dev.lacewing.train.method;

import dev.lacewing.graph.Graph;
import java.util.Map;
import java.util.Set;

/**
 * How weights become and stay sparse over a training run. The training loop calls, for each step: {@link #beforeForward}, the forward and backward pass,
 * {@link #afterBackward}, and, unless that said no, the optimizer, which leaves dead values as they are and forgets what it remembers of them. A method that makes values dead
 * under a hard mask zeroes them, by {@code Parameter.applyMask}. All that a method remembers between steps is in the masks, values, slots and notes of the parameters, or
 * follows from the step's number, so that a run resumed from a checkpoint goes on as if it had not been stopped.
 *
 * <p>Every method is a record: its components are its settings, and its constant {@code DEFAULT} says what is meant where a recipe says nothing.
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

    /** Before the network is evaluated or saved: masks that follow the weights follow them now. To call it twice does no harm. */
    default void beforeEvaluation(Run run) {}

    /**
     * The network as it is handed on: an equal one whose zeros stand as its kernels want them.
     *
     * @param trained with the weights of the end of the run
     */
    default Graph finish(Run run, Graph trained) { return trained; }

    /** Activations to be had from {@link Step#activation} in the step of this number, by their names in the graph; an input of the graph may be among them. */
    default Set<String> watched(Run run, long step) { return Set.of(); }

    /** Figures of the epoch so far, by name, such as how many positions of the masks have changed. */
    default Map<String, Double> figures(Run run) { return Map.of(); }
}

package dev.lacewing.train.method;

/**
 * G2G-style: a design of ours in the spirit of G2GNet (arXiv 2508.14140, of which only the abstract was to be had), no reproduction of it. For chains of Gemm layers.
 *
 * @param groups ensembles that each hidden layer is split into
 * @param within density between an ensemble and the one it projects to
 * @param between density between other ensembles
 * @param outer what the first and the last Gemm in scope are; they have no ensembles on one side
 * @param growth what a topology step grows; NONE is static
 * @param keepModules whether each pair of ensembles keeps its number of connections
 * @param interval steps from one topology step to the next
 * @param fraction share of the living that the first topology step drops, falling to 0 by a cosine
 * @param end of the topology steps, as a share of the run's steps
 * @param window how many steps before each topology step the activations are looked at, for HEBBIAN; at most the interval
 * @param memory share of the moments that is kept from one step looked at to the next, 0 to below 1
 */
public record GroupToGroup(int groups, double within, double between, Outer outer, Growth growth, boolean keepModules, int interval, double fraction, double end, int window,
        double memory) implements Method {
    /** The layers at both ends. */
    public enum Outer {
        DENSE,
        /** Random masks of the density that the hidden layers have, with the same topology steps. */
        RANDOM
    }

    public static final GroupToGroup DEFAULT = new GroupToGroup(4, 0.7, 0.1, Outer.RANDOM, Growth.HEBBIAN, true, 100, 0.3, 0.75, 20, 0.9);

    @Override
    public void begin(Run run) { throw new UnsupportedOperationException(); }
}

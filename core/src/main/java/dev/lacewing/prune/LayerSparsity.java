package dev.lacewing.prune;

import dev.lacewing.sparse.Pattern;

/**
 * What pruning made of one layer. A squeeze-and-excitation is two layers, with {@code /reduce} and {@code /expand} behind its name.
 *
 * @param sparsity share of zeros after pruning; zeros that were there before count
 * @param weights without biases
 */
public record LayerSparsity(String name, Pattern pattern, double sparsity, long weights, long nonzeros) {}

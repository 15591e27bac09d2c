/**
 * Which weights of a layer are zero together. A layer's weights are seen as the matrix [output channels, input channels * kernel height * kernel width].
 * How what remains is stored is the planner's business: one format, N x 1 blocks, of which compressed sparse rows are the case N = 1
 * ({@link dev.lacewing.sparse.Pattern} does not bind it: the planner counts how full blocks of each height are).
 */
@NullMarked
package dev.lacewing.sparse;

import org.jspecify.annotations.NullMarked;

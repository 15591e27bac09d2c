/**
 * Graph to graph with more zeros, in one shot and without data. A pattern says which weights live or die together ({@code Blocks}), a criterion scores
 * them ({@code Magnitude}), the allocation gives every pruned layer the same share; {@code Rearranger} puts channels in an order in which
 * blocks lose less. Works on any graph, but knows layers best after the rewrites.
 */
@NullMarked
package dev.lacewing.prune;

import org.jspecify.annotations.NullMarked;

/**
 * Which weights become zero. A pattern says which weights live or die together ({@code Blocks}), a criterion scores them ({@code Scores}), an allocation says how many live in
 * each layer. {@code Pruner} makes graph from graph in one shot and without data; it works on any graph, but knows layers best after the rewrites.
 */
@NullMarked
package dev.lacewing.prune;

import org.jspecify.annotations.NullMarked;

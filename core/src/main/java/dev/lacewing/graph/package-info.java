/**
 * What is computed: an immutable graph of sealed {@link dev.lacewing.graph.Op} records, every shape known from the start. Readers make it, rewrites and
 * pruning return a new one, the planner reads it; a new op is a new record, and the compiler lists the places that must learn of it.
 */
@NullMarked
package dev.lacewing.graph;

import org.jspecify.annotations.NullMarked;

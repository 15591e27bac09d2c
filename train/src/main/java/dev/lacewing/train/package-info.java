/** Sparse training: a recipe says data, network, method, schedule and seed; the same recipe and seed give the same masks. */
@NullMarked
package dev.lacewing.train;

import org.jspecify.annotations.NullMarked;

/**
 * Sparse training: a recipe says data, network, method, schedule and seed; the same recipe and seed give the same masks. {@link dev.lacewing.train.Preparation} finds what a
 * recipe names, {@link dev.lacewing.train.Trainer} runs it, {@link dev.lacewing.train.Curves} shows how it went.
 */
@NullMarked
package dev.lacewing.train;

import org.jspecify.annotations.NullMarked;

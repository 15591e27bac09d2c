/**
 * The usual networks with random weights, in their published shapes, so that speed can be measured without downloading anything, and small ones to train. Batch
 * normalisation counts as folded, a layer is convolution, bias, activation; unless the form to train is asked for. Each network is one small function over {@code GraphBuilder}.
 */
@NullMarked
package dev.lacewing.zoo;

import org.jspecify.annotations.NullMarked;

/**
 * The kernels, each written once, as a function that returns a program. A class lists the slots of its argument block as constants; {@code SLOTS} is
 * their number. Addresses, strides and offsets are in bytes; counters are 32-bit, not negative, in the low half of their slot. Kernels trust their
 * arguments: whoever packs streams and lays out planes validates them.
 *
 * <p>{@link dev.lacewing.kernel.KernelCatalogue} lists the shapes of matrix kernels that are worth using on each machine.
 *
 * <p>A {@code mask} is a table of floats, one for each pixel of a plane, that results are multiplied by: 0 in the gaps of haloed planes, 1 elsewhere.
 * A clamp from below does not undo a NaN, and 0 times NaN is not 0: what is read for gap pixels must be finite.
 */
@NullMarked
package dev.lacewing.kernel;

import org.jspecify.annotations.NullMarked;

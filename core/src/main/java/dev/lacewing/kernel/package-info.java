/**
 * The kernels, each written once, as a function that returns a program. A class lists the slots of its argument block as constants, by which whoever calls the
 * program fills an {@link dev.lacewing.program.ArgumentBlock}. Addresses, strides and offsets are in bytes; counters are 32-bit, not negative, in the low half of
 * their slot. Kernels trust their arguments: whoever packs streams and lays out planes validates them.
 *
 * <p>{@link dev.lacewing.kernel.KernelCatalogue} lists the shapes of matrix kernels that are worth using on each machine.
 *
 * <p>A {@code mask} is a table of words, one for each pixel of a plane: all bits set for a pixel, none for a gap of a haloed plane. Results are ANDed
 * with it, so that gaps become zero whatever was computed there, NaN included.
 */
@NullMarked
package dev.lacewing.kernel;

import org.jspecify.annotations.NullMarked;

/**
 * Shapes, constant fp32 arrays, and where the elements of an activation stand in memory. All values; none of them owns native memory.
 */
@NullMarked
package dev.lacewing.tensor;

import org.jspecify.annotations.NullMarked;

/**
 * The general path: kernels in plain Java for every operation that no vector program covers, at any shape and in any layout. What can be known
 * before a run (which element goes where, which taps a pixel has) is worked out when a kernel is built and kept in tables; a run only walks them. The
 * kernels allocate nothing, keep no state between runs, and write the logical elements of their output and nothing else, since the gaps of a haloed
 * layout hold zeros that other kernels rely on.
 */
@NullMarked
package dev.lacewing.general;

import org.jspecify.annotations.NullMarked;

/**
 * Programs as x86-64 machine code: AVX-512 (EVEX) at 16 lanes, AVX2 with FMA (VEX) at fewer, all forms in one table. The code is put in memory that is
 * never writable and executable at once and called through java.lang.foreign, so that a kernel runs at full speed from its first call.
 */
@NullMarked
package dev.lacewing.emit.x64;

import org.jspecify.annotations.NullMarked;

/**
 * Programs as x86-64 machine code, all forms in one table: AVX-512 (EVEX) where there are 16 lanes or more vectors than AVX2 has registers, else AVX2 with FMA (VEX).
 * The code is put in memory that is never writable and executable at once and called through java.lang.foreign, so that a kernel runs at full speed from its first call.
 */
@NullMarked
package dev.lacewing.emit.x64;

import org.jspecify.annotations.NullMarked;

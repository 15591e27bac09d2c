/**
 * A plan with memory and threads. {@link dev.lacewing.run.Runner} resolves a plan's offsets to addresses and its programs to code once; a run then copies
 * the inputs in, calls kernels, copies the outputs out and allocates nothing. Callers share a runner: each takes a workspace from a pool, and a
 * small team of threads serves one of them at a time.
 */
@NullMarked
package dev.lacewing.run;

import org.jspecify.annotations.NullMarked;

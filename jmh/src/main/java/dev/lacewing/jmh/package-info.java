/**
 * The command {@code bench/kernels}: single layers of well-known networks under JMH. Their shapes stand in text files beside this package; the planner chooses the
 * kernels, and what is timed are the calls that it plans, without the copying of input and output.
 */
@NullMarked
package dev.lacewing.jmh;

import org.jspecify.annotations.NullMarked;

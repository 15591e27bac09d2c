/**
 * Measuring on this machine: {@link dev.lacewing.tune.Calibration} times kernels on synthetic data and makes the planner's cost model of it,
 * {@link dev.lacewing.tune.CostCache} keeps that for the next process, and {@link dev.lacewing.tune.Tuner} times whole networks under different decisions.
 */
@NullMarked
package dev.lacewing.tune;

import org.jspecify.annotations.NullMarked;

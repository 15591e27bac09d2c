/**
 * One conformance suite for every runtime. {@link dev.lacewing.suite.Problems} makes seeded random graphs with their inputs, {@link
 * dev.lacewing.suite.Reference} computes the true outputs by plain loops in double, and each test asks another executor for the same outputs: ONNX
 * Runtime to vouch for the reference, then the engine on every tier, lane count and thread count.
 */
@NullMarked
package dev.lacewing.suite;

import org.jspecify.annotations.NullMarked;

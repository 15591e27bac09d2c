/**
 * Graph to graph: small named rules that turn what exporters write into fewer, larger ops with the same results up to rounding. A rule looks at one
 * graph and returns another; it never changes the one it walks. Names of graph inputs and outputs stay.
 */
@NullMarked
package dev.lacewing.rewrite;

import org.jspecify.annotations.NullMarked;

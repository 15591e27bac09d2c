/**
 * Measuring Lacewing beside its peers: a {@link dev.lacewing.bench.Peer} is another engine that runs the same file, {@link
 * dev.lacewing.bench.Interleaved} times several of them turn by turn in one process so that a slow spell of the machine strikes all alike, and {@link
 * dev.lacewing.bench.Allocation} counts the bytes that a run leaves to the garbage collector.
 */
@NullMarked
package dev.lacewing.bench;

import org.jspecify.annotations.NullMarked;

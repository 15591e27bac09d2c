/**
 * The compiled file, {@code .lace}: a network as it is after the rewrites, its weights in the smallest of three forms, and what the planner decided about each
 * layer. It is read without any other library, checked before use (length, checksum, every count and index, then the graph's own rules), and written in one piece or
 * not at all. The format is described byte by byte in {@code docs/lace-format.md}; {@code Codes} holds its numbers, {@code Source} and {@code Sink} its words.
 */
@NullMarked
package dev.lacewing.archive;

import org.jspecify.annotations.NullMarked;

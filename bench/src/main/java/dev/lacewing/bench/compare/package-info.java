/**
 * The command {@code bench/compare}: whole networks beside ONNX Runtime, and what else the project claims about speed. Each row is measured in a process of its
 * own, merged into a JSON file at once, and the page and its plots are made from that file alone.
 */
@NullMarked
package dev.lacewing.bench.compare;

import org.jspecify.annotations.NullMarked;

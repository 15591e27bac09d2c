/**
 * How a graph is computed, decided once: {@link dev.lacewing.plan.Planner} rewrites the graph, gives every value a layout, lowers node by node to
 * kernel calls, and places the buffers by liveness. Sparse or dense, and in which blocks, is a matter of predicted time, layer by layer, and every
 * layer's {@link dev.lacewing.plan.LayerReport} keeps the reason. A {@link dev.lacewing.plan.Plan} is a value: it holds no address, no thread and no
 * compiled code.
 */
@NullMarked
package dev.lacewing.plan;

import org.jspecify.annotations.NullMarked;

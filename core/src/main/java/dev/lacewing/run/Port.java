package dev.lacewing.run;

import dev.lacewing.plan.Plan;
import dev.lacewing.tensor.Layout;
import java.util.Objects;

/**
 * An input or output of a plan.
 *
 * @param offset of its buffer in the arena, in floats
 * @param size number of elements
 * @param run elements that are neighbours in row-major order and in memory, too
 */
record Port(String name, Layout layout, long offset, int size, int run) {
    static Port of(Plan plan, String value) {
        Layout l = Objects.requireNonNull(plan.layouts().get(value));
        int size = l.shape().size(), run = l.isContiguous() ? size : l.rowPitch() == l.width() ? l.height() * l.width() : l.width();
        return new Port(value, l, plan.buffers().get(Objects.requireNonNull(plan.values().get(value))).offset(), size, run);
    }

    /** Where the element with row-major index {@code linear} stands in the arena. */
    long byteOf(int linear) { return 4 * (offset + layout.at(linear)); }
}

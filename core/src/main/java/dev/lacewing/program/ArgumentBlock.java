package dev.lacewing.program;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call gives a program to read: one value for each 8-byte slot, under the name that the kernel has for it. Kernels run unchecked, so it is here that a slot
 * without a value, or with two, is found. Slots that the program does not read may be left out.
 *
 * @param <A> a number, or what becomes one later
 */
public final class ArgumentBlock<A> {
    private final Program program;
    private final List<@Nullable A> values = new ArrayList<>();
    private long given;

    public ArgumentBlock(Program program) { this.program = program; }

    public Program program() { return program; }

    /** @throws IllegalStateException if the slot has a value, or there is none such: a mistake of the caller's */
    public ArgumentBlock<A> set(int slot, A value) {
        if (slot < 0 || slot >= Long.SIZE) throw new IllegalStateException("an argument block has slots 0 to " + (Long.SIZE - 1) + ", got " + slot);
        if ((given & 1L << slot) != 0) throw new IllegalStateException("slot " + slot + " of the argument block of kernel " + program.name() + " is set twice");
        given |= 1L << slot;
        while (values.size() <= slot) values.add(null);
        values.set(slot, value);
        return this;
    }

    /**
     * In the order of the slots, up to the last that is set.
     *
     * @param unread of slots that were left out
     * @throws IllegalStateException if one that the program reads was left out: a mistake of the caller's
     */
    public List<A> values(A unread) {
        long missing = program.slots() & ~given;
        if (missing != 0) throw new IllegalStateException("kernel " + program.name() + " reads slot " + Long.numberOfTrailingZeros(missing) + " of its argument block, which is not set");
        List<A> all = new ArrayList<>(values.size());
        for (A value : values) all.add(value == null ? unread : value);
        return all;
    }
}

package dev.lacewing.general;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Native memory by absolute address. Counts are in floats, addresses in bytes; nothing is checked. */
final class Memory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Below this many floats a loop beats the set-up of a block copy. */
    private static final int BLOCK = 24;

    private Memory() {}

    /** Slot {@code slot} of an argument block. */
    static long argument(long arguments, int slot) { return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, arguments + 8L * slot); }

    static float get(long address) { return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address); }

    static void set(long address, float value) { ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value); }

    static void copy(long from, long to, int floats) {
        if (floats >= BLOCK) MemorySegment.copy(ALL, from, ALL, to, 4L * floats);
        else for (int i = 0; i < floats; i++) set(to + 4L * i, get(from + 4L * i));
    }

    /** As {@link #copy}, reading every {@code step}-th float; {@code step} may be 0 or negative. */
    static void gather(long from, int step, long to, int floats) {
        long stride = 4L * step;
        for (int i = 0; i < floats; i++) set(to + 4L * i, get(from + stride * i));
    }

    static void fill(long to, int floats, float value) { for (int i = 0; i < floats; i++) set(to + 4L * i, value); }
}

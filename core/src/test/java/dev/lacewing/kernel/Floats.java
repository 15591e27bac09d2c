package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** A buffer of 4-byte words in native memory, 64-byte aligned, between two guard bands. */
final class Floats {
    private static final int GUARD = 64, SENTINEL = 0x7FA5A5A5;   // a NaN

    final int size;
    private final MemorySegment all;

    Floats(Arena arena, int size) {
        this.size = size;
        all = arena.allocate(4L * (size + 2 * GUARD), 64);
        clear();
    }

    static Floats random(Arena arena, int size, Random random, float scale) {
        Floats f = new Floats(arena, size);
        for (int i = 0; i < size; i++) f.set(i, (random.nextFloat() - .45f) * scale);
        return f;
    }

    /** Fills buffer and guards with the sentinel. */
    void clear() { for (int i = -GUARD; i < size + GUARD; i++) setInt(i, SENTINEL); }

    long address() { return all.address() + 4L * GUARD; }

    long address(int index) { return address() + 4L * index; }

    float get(int i) { return all.getAtIndex(ValueLayout.JAVA_FLOAT, i + GUARD); }

    void set(int i, float value) { all.setAtIndex(ValueLayout.JAVA_FLOAT, i + GUARD, value); }

    void setInt(int i, int value) { all.setAtIndex(ValueLayout.JAVA_INT, i + GUARD, value); }

    boolean untouched(int i) { return all.getAtIndex(ValueLayout.JAVA_INT, i + GUARD) == SENTINEL; }

    boolean holds(long address, int bytes) { return address >= address() && address + bytes <= address(size); }

    /** Guards included. */
    MemorySegment all() { return all; }

    void restore(int[] bits) { MemorySegment.copy(bits, 0, all, ValueLayout.JAVA_INT, 0, bits.length); }

    /** Everything, guards included. */
    int[] bits() { return all.toArray(ValueLayout.JAVA_INT); }

    void guardsUntouched() {
        for (int i = 1; i <= GUARD; i++) {
            assertThat(untouched(-i)).as("%d floats before the buffer", i).isTrue();
            assertThat(untouched(size + i - 1)).as("%d floats after the buffer", i).isTrue();
        }
    }

    /** A word of a mask: all bits set or none. */
    void mask(int i, boolean keep) { setInt(i, keep ? -1 : 0); }

    int kept(int i) { return all.getAtIndex(ValueLayout.JAVA_INT, i + GUARD) == 0 ? 0 : 1; }
}

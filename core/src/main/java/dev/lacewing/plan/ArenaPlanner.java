package dev.lacewing.plan;

import dev.lacewing.plan.Plan.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places buffers in one arena: largest first, each at the lowest place where nothing that lives at the same time stands (greedy by size, Pisarchyk and Lee 2020,
 * "Efficient memory management for deep neural net inference").
 */
final class ArenaPlanner {
    /** Floats in a cache line. */
    private static final int LINE = 16;

    private ArenaPlanner() {}

    /** The same buffers in the same order, with offsets. */
    static List<Buffer> place(List<Buffer> buffers) {
        Buffer[] placed = new Buffer[buffers.size()];
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < placed.length; i++) order.add(i);
        order.sort(Comparator.comparingInt((Integer i) -> buffers.get(i).floats()).reversed());
        List<Buffer> done = new ArrayList<>();   // by offset
        for (int i : order) {
            Buffer b = buffers.get(i);
            long offset = 0;
            for (Buffer other : done) {
                if (b.first() > other.last() || other.first() > b.last()) continue;
                if (offset + b.floats() <= other.offset()) break;
                offset = Math.max(offset, Math.ceilDiv(other.offset() + other.floats(), (long) LINE) * LINE);
            }
            placed[i] = new Buffer(b.name(), offset, b.floats(), b.first(), b.last());
            done.add(placed[i]);
            done.sort(Comparator.comparingLong(Buffer::offset));
        }
        return Arrays.asList(placed);
    }

    static long size(List<Buffer> placed) { return placed.stream().mapToLong(b -> b.offset() + b.floats()).max().orElse(0); }
}

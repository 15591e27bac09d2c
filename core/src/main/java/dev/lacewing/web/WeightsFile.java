package dev.lacewing.web;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.plan.Words;
import dev.lacewing.plan.Words.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Packed constants and argument blocks as the sections of {@code weights.bin}, which {@code lacewing.js} expands into memory; {@code docs/web-format.md}
 * describes them.
 */
final class WeightsFile {
    private static final int MAGIC = 0x5457434c, VERSION = 1;
    private static final int WORDS = 0, HALVES = 1, RUNS = 2, DELTAS = 3, SLOTS = 5;
    private static final float MOST_HALF = 65504, LEAST_NORMAL_HALF = 0x1p-14f;

    private final Little out = new Little();
    private final int[] words;
    private final long constants;
    private final boolean halves;
    private int sections;

    private WeightsFile(int[] words, long constants, boolean halves) {
        this.words = words;
        this.constants = constants;
        this.halves = halves;
    }

    /**
     * @param halves weights become 16-bit floats where their range allows it
     * @throws Unsupported if it would be too large for an array
     */
    static byte[] of(MemoryMap map, boolean halves) { return of(map.blocks(), map.plan().constants(), map.constants(), halves); }

    /** @param address of the constants */
    static byte[] of(int[] blocks, Words constants, long address, boolean halves) {
        return new WeightsFile(constants.array(), address, halves).write(blocks, constants.regions());
    }

    private byte[] write(int[] blocks, List<Region> regions) {
        out.i32(MAGIC).i32(VERSION).i32(0);
        if (blocks.length > 0) section(SLOTS, MemoryMap.FIRST, blocks.length, () -> { for (int slot : blocks) out.i32(slot); });
        for (Piece p : joined(regions)) piece(p);
        out.patch(8, sections);
        return out.toArray();
    }

    private void section(int kind, long address, int count, Runnable content) {
        out.i32(kind).i32((int) address).i32(count).i32(0);
        int start = out.size();
        content.run();
        out.align();
        out.patch(start - 4, out.size() - start);
        sections++;
    }

    /** Neighbouring words that are written in one form. */
    private record Piece(int form, Region region) {}

    private List<Piece> joined(List<Region> regions) {
        List<Piece> pieces = new ArrayList<>();
        for (Region r : regions) {
            Piece next = new Piece(form(r), r), last = pieces.isEmpty() ? null : pieces.getLast();
            if (last == null || !joins(last, next)) pieces.add(next);
            else pieces.set(pieces.size() - 1, new Piece(last.form, new Region(r.kind(), r.rows(), last.region.from(), r.to())));
        }
        return pieces;
    }

    private boolean joins(Piece a, Piece b) {
        if (a.form != b.form || a.form == Stream.KIND || a.region.to() != b.region.from()) return false;
        return a.form != DELTAS || isDelta(words[a.region.to() - 1], words[b.region.from()]);
    }

    private int form(Region r) {
        return switch (r.kind()) {
            case STREAM -> new Stream(words, r).fits() ? Stream.KIND : WORDS;
            case WEIGHTS -> {
                int single = halves && suitHalves(all(r)) ? HALVES : WORDS, bytes = single == HALVES ? Short.BYTES : Integer.BYTES;
                yield 2L * Integer.BYTES * runs(r) < (long) bytes * (r.to() - r.from()) ? RUNS : single;
            }
            case WORDS -> runs(r) * 4 <= r.to() - r.from() ? RUNS : isDeltas(r) ? DELTAS : WORDS;
        };
    }

    private void piece(Piece p) {
        Region r = p.region;
        section(p.form, constants + 4L * r.from(), r.to() - r.from(), () -> {
            switch (p.form) {
                case Stream.KIND -> {
                    Stream stream = new Stream(words, r);
                    stream.write(out, halves && suitHalves(stream.weights()));
                }
                case HALVES -> all(r).forEach(out::half);
                case RUNS -> writeRuns(r);
                case DELTAS -> {
                    out.i32(Integer.BYTES);
                    for (int i = r.from(), before = 0; i < r.to(); before = words[i++]) out.i16((words[i] - before) / Integer.BYTES);
                }
                default -> all(r).forEach(out::i32);
            }
        });
    }

    private IntStream all(Region r) { return Arrays.stream(words, r.from(), r.to()); }

    /** All are in range, and most of those that are not zero keep all the bits that a half has. */
    private static boolean suitHalves(IntStream floats) {
        int balance = 0;
        for (int bits : floats.toArray()) {
            float size = Math.abs(Float.intBitsToFloat(bits));
            if (!(size <= MOST_HALF)) return false;
            if (size != 0) balance += size < LEAST_NORMAL_HALF ? -1 : 1;
        }
        return balance >= 0;
    }

    private int runs(Region r) {
        int runs = 1;
        for (int i = r.from() + 1; i < r.to(); i++) if (words[i] != words[i - 1]) runs++;
        return runs;
    }

    private void writeRuns(Region r) {
        for (int i = r.from(), start = i; i < r.to(); start = i) {
            while (i < r.to() && words[i] == words[start]) i++;
            out.i32(words[start]).i32(i - start);
        }
    }

    private boolean isDeltas(Region r) {
        for (int i = r.from(), before = 0; i < r.to(); before = words[i++]) if (!isDelta(before, words[i])) return false;
        return true;
    }

    private static boolean isDelta(int before, int next) {
        long delta = (long) next - before;
        return delta % Integer.BYTES == 0 && Math.abs(delta / Integer.BYTES) <= Short.MAX_VALUE;
    }

    /** Bytes that grow, little-endian. */
    static final class Little {
        private static final int MOST = Integer.MAX_VALUE - 8;

        private byte[] bytes = new byte[1 << 16];
        private int size;

        int size() { return size; }

        Little i8(int value) {
            if (size == bytes.length) bytes = Arrays.copyOf(bytes, larger(size));
            bytes[size++] = (byte) value;
            return this;
        }

        /** @throws Unsupported if no array is larger */
        static int larger(int size) {
            if (size >= MOST) throw new Unsupported("the network's weights need " + (size >> 20) + " MB and more, and weights.bin can have 2 GB: prune it, or export it with --fp16");
            return (int) Math.min(2L * size, MOST);
        }

        Little i16(int value) { return i8(value).i8(value >> 8); }

        Little i32(int value) { return i16(value).i16(value >> 16); }

        /** @param bits of a 32-bit float */
        Little half(int bits) { return i16(Float.floatToFloat16(Float.intBitsToFloat(bits))); }

        void align() { while (size % Integer.BYTES != 0) i8(0); }

        void patch(int at, int value) { for (int i = 0; i < Integer.BYTES; i++) bytes[at + i] = (byte) (value >> 8 * i); }

        byte[] toArray() { return Arrays.copyOf(bytes, size); }
    }
}

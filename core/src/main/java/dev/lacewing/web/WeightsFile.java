package dev.lacewing.web;

import dev.lacewing.plan.Words;
import dev.lacewing.plan.Words.Kind;
import dev.lacewing.plan.Words.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packed constants and argument blocks as the sections of {@code weights.bin}, which {@code lacewing.js} expands into memory; {@code docs/web-format.md} describes them. */
final class WeightsFile {
    private static final int MAGIC = 0x5457434c, VERSION = 1;
    private static final int WORDS = 0, HALVES = 1, RUNS = 2, DELTAS = 3, SLOTS = 5;
    private static final float MOST_HALF = 65504;

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

    /** @param halves weights become 16-bit floats where their range allows it */
    static byte[] of(MemoryMap map, boolean halves) {
        Words constants = map.plan().constants();
        return new WeightsFile(constants.array(), map.constants(), halves).write(map.blocks(), constants.regions());
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
            case STREAM -> Stream.fits(words, r) ? Stream.KIND : WORDS;
            case WEIGHTS -> halves && fitsHalves(r) ? HALVES : runs(r) * 2 < r.to() - r.from() ? RUNS : WORDS;
            case WORDS -> runs(r) * 4 <= r.to() - r.from() ? RUNS : isDeltas(r) ? DELTAS : WORDS;
        };
    }

    private void piece(Piece p) {
        Region r = p.region;
        long address = constants + 4L * r.from();
        int count = r.to() - r.from();
        switch (p.form) {
            case Stream.KIND -> section(Stream.KIND, address, count, () -> new Stream(words, r, halves && Stream.fitsHalves(words, r, MOST_HALF)).write(out));
            case HALVES -> section(HALVES, address, count, () -> { for (int i = r.from(); i < r.to(); i++) out.i16(Float.floatToFloat16(Float.intBitsToFloat(words[i]))); });
            case RUNS -> section(RUNS, address, count, () -> writeRuns(r));
            case DELTAS -> section(DELTAS, address, count, () -> {
                out.i32(Integer.BYTES);
                for (int i = r.from(), before = 0; i < r.to(); before = words[i++]) out.i16((words[i] - before) / Integer.BYTES);
            });
            default -> section(WORDS, address, count, () -> { for (int i = r.from(); i < r.to(); i++) out.i32(words[i]); });
        }
    }

    private boolean fitsHalves(Region r) {
        for (int i = r.from(); i < r.to(); i++) if (!(Math.abs(Float.intBitsToFloat(words[i])) <= MOST_HALF)) return false;
        return true;
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
        private byte[] bytes = new byte[1 << 16];
        private int size;

        int size() { return size; }

        Little i8(int value) {
            if (size == bytes.length) bytes = Arrays.copyOf(bytes, 2 * size);
            bytes[size++] = (byte) value;
            return this;
        }

        Little i16(int value) { return i8(value).i8(value >> 8); }

        Little i32(int value) { return i16(value).i16(value >> 16); }

        void align() { while (size % Integer.BYTES != 0) i8(0); }

        void patch(int at, int value) { for (int i = 0; i < Integer.BYTES; i++) bytes[at + i] = (byte) (value >> 8 * i); }

        byte[] toArray() { return Arrays.copyOf(bytes, size); }
    }
}

package dev.lacewing.archive;

import dev.lacewing.Model;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Files in memory. */
final class Bytes {
    private Bytes() {}

    /** The graph as it is, not rewritten. */
    static byte[] of(Graph graph, Map<String, Decision> decisions) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            LaceFormat.write(graph, decisions).writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Model read(byte[] bytes) { return LaceFormat.read(MemorySegment.ofArray(bytes), "test.lace"); }

    /** Puts the right checksum at the end. */
    static byte[] sealed(byte[] bytes) {
        MemorySegment all = MemorySegment.ofArray(bytes);
        all.set(Source.INT, bytes.length - 4L, (int) Frame.crc(all.asSlice(0, bytes.length - 4L)));
        return bytes;
    }

    /** The only place where {@code old} stands gets {@code value}. */
    static byte[] replace(byte[] bytes, float old, float value) {
        byte[] patched = bytes.clone();
        MemorySegment all = MemorySegment.ofArray(patched);
        int found = 0;
        for (int at = 0; at + 4 <= bytes.length; at++)
            if (all.get(Source.INT, at) == Float.floatToRawIntBits(old)) {
                all.set(Source.FLOAT, at, value);
                found++;
            }
        if (found != 1) throw new AssertionError(old + " stands " + found + " times");
        return sealed(patched);
    }
}

package dev.lacewing.emit.wasm;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes with WebAssembly's variable-length integers (LEB128). */
final class Bytes {
    private byte[] array = new byte[256];
    private int size;

    Bytes put(int... bytes) {
        reserve(bytes.length);
        for (int b : bytes) array[size++] = (byte) b;
        return this;
    }

    Bytes put32(int word) { return put(word, word >> 8, word >> 16, word >> 24); }

    Bytes unsigned(int value) {
        for (int v = value; ; v >>>= 7) {
            if (v >>> 7 == 0) return put(v);
            put(v & 0x7F | 0x80);
        }
    }

    Bytes signed(int value) {
        for (int v = value; ; v >>= 7) {
            if (v >= -0x40 && v < 0x40) return put(v & 0x7F);
            put(v & 0x7F | 0x80);
        }
    }

    /** The length of the content, then the content. */
    Bytes sized(Bytes content) {
        unsigned(content.size);
        return append(content.array, content.size);
    }

    Bytes name(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        unsigned(utf8.length);
        return append(utf8, utf8.length);
    }

    int size() { return size; }

    void replace(int at, int b) { array[at] = (byte) b; }

    byte[] toArray() { return Arrays.copyOf(array, size); }

    private Bytes append(byte[] bytes, int count) {
        reserve(count);
        System.arraycopy(bytes, 0, array, size, count);
        size += count;
        return this;
    }

    private void reserve(int more) { if (size + more > array.length) array = Arrays.copyOf(array, Math.max(2 * array.length, size + more)); }
}

package dev.lacewing.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Memory as {@code weights.bin} describes it: a reader by {@code docs/web-format.md} and nothing else. */
record Expanded(int[] memory, List<Integer> kinds) {
    static Expanded of(byte[] file, int bytes) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        Expanded e = new Expanded(new int[bytes / 4], new ArrayList<>());
        if (in.getInt() != 0x5457434c || in.getInt() != 1) throw new IllegalArgumentException("no weights.bin");
        for (int sections = in.getInt(); sections > 0; sections--) {
            int kind = in.getInt(), at = in.getInt() / 4, count = in.getInt(), length = in.getInt(), next = in.position() + length;
            e.kinds.add(kind);
            int end = e.section(kind, in, at, count);
            if (kind != 5 && end != at + count) throw new IllegalArgumentException("a section of kind " + kind + " became " + (end - at) + " words, not " + count);
            if (length % 4 != 0 || in.position() > next || in.position() < next - 3) throw new IllegalArgumentException("a section of kind " + kind + " has a wrong length");
            in.position(next);
        }
        if (in.hasRemaining()) throw new IllegalArgumentException("bytes after the last section");
        return e;
    }

    private int section(int kind, ByteBuffer in, int at, int count) {
        int to = at;
        switch (kind) {
            case 0 -> { while (to < at + count) memory[to++] = in.getInt(); }
            case 1 -> { while (to < at + count) memory[to++] = half(in.getShort()); }
            case 2 -> {
                while (to < at + count) {
                    int value = in.getInt();
                    for (int n = in.getInt(); n > 0; n--) memory[to++] = value;
                }
            }
            case 3 -> {
                int unit = in.getInt();
                for (int value = 0; to < at + count; memory[to++] = value) value += in.getShort() * unit;
            }
            case 4 -> to = stream(in, at);
            case 5 -> { for (int i = 0; i < count; i++) memory[at + 2 * i] = in.getInt(); }
            default -> throw new IllegalArgumentException("kind " + kind);
        }
        return to;
    }

    private int stream(ByteBuffer in, int at) {
        int rows = in.getInt(), blockRows = in.getInt(), blocks = in.getInt(), form = in.getInt(), first = in.getInt(), unit = in.getInt(), columns = in.getInt();
        int[] table = new int[columns], biases = new int[blockRows * rows], weights = new int[blocks * rows], counts = new int[blockRows];
        for (int c = 0; c < columns; c++) table[c] = unit == 0 ? in.getInt() : first + c * unit;
        for (int i = 0; i < biases.length; i++) biases[i] = in.getInt();
        for (int i = 0; i < weights.length; i++) weights[i] = (form & 1) == 0 ? in.getInt() : half(in.getShort());
        for (int i = 0; i < blockRows; i++) counts[i] = in.getShort() & 0xffff;
        int to = at, w = 0;
        for (int r = 0; r < blockRows; r++) {
            memory[to++] = counts[r];
            for (int i = 0; i < rows; i++) memory[to++] = biases[r * rows + i];
            for (int b = 0, column = -1; b < counts[r]; b++) {
                column += (form & 2) == 0 ? in.get() & 0xff : in.getShort() & 0xffff;
                if (column >= columns) column -= columns;
                memory[to++] = table[column];
                for (int i = 0; i < rows; i++) memory[to++] = weights[w++];
            }
        }
        return to;
    }

    private static int half(short bits) { return Float.floatToRawIntBits(Float.float16ToFloat(bits)); }
}

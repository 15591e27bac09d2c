package dev.lacewing.archive;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How the values of a tensor stand in a file. The tensor is a matrix, its first axis the rows and all others the columns. Height 0: all values, row-major. Height N:
 * a bitmap with a bit for each block of N rows and one column, set if some value of the block is not +0, then the values of those blocks. Blocks are ordered by
 * rows, then columns; a last block row may be lower than N. With N = 1 these are the values that are not zero.
 *
 * @param bytes of the values and the bitmap
 */
record TensorForm(int height, long bytes) {
    private static final int[] HEIGHTS = {1, 2, 4, 8, 16};
    private static final int CHUNK = 1 << 13;

    /** The form of the fewest bytes, the lowest among equals. */
    static TensorForm smallest(Tensor t) {
        TensorForm best = new TensorForm(0, 4L * t.size());
        Grid grid = new Grid(t.shape(), 1);
        for (int n : HEIGHTS) {
            if (n > 1 && n >= 2 * grid.rows) break;
            Grid blocks = new Grid(t.shape(), n);
            long bytes = blocks.bitmapBytes();
            for (int b = 0; b < blocks.count() && bytes < best.bytes; b++) if (blocks.isStored(t.values(), b)) bytes += 4L * blocks.height(b);
            if (bytes < best.bytes) best = new TensorForm(n, bytes);
        }
        return best;
    }

    static boolean isHeight(int height) { return height == 0 || height <= 16 && Integer.bitCount(height) == 1; }

    /** The blocks of a tensor of this shape. */
    private static final class Grid {
        final int rows, columns, n;

        Grid(Shape shape, int n) {
            rows = shape.rank() == 0 ? 1 : shape.dim(0);
            columns = shape.size() / rows;
            this.n = n;
        }

        /** At most the number of elements. */
        int count() { return Math.ceilDiv(rows, n) * columns; }

        int bitmapBytes() { return Math.ceilDiv(count(), 8); }

        int height(int block) { return Math.min(n, rows - block / columns * n); }

        /** Index of the block's first element; the others follow {@code columns} apart. */
        int first(int block) { return block / columns * n * columns + block % columns; }

        /** Values of the blocks in a bitmap. */
        long stored(byte[] bitmap) {
            int lastRow = count() - columns, low = n * Math.ceilDiv(rows, n) - rows;   // rows that the last block row lacks
            long stored = 0;
            for (int i = 0; i < bitmap.length; i++) {
                int bits = bitmap[i] & 0xff;
                stored += (long) n * Integer.bitCount(bits);
                if (low > 0 && 8 * i + 7 >= lastRow) stored -= (long) low * Integer.bitCount(bits & (8 * i >= lastRow ? 0xff : 0xff << lastRow - 8 * i));
            }
            return stored;
        }

        boolean isStored(float[] values, int block) {
            for (int i = 0, at = first(block); i < height(block); i++, at += columns) if (Float.floatToRawIntBits(values[at]) != 0) return true;
            return false;
        }
    }

    /** @throws Invalid if a value is NaN or infinite */
    void write(Tensor t, OutputStream out) throws IOException {
        finite(t.values(), "the network");
        Words words = new Words(out);
        if (height == 0) {
            for (float v : t.values()) words.add(v);
        } else {
            Grid grid = new Grid(t.shape(), height);
            byte[] bitmap = new byte[grid.bitmapBytes()];
            for (int b = 0; b < grid.count(); b++) if (grid.isStored(t.values(), b)) bitmap[b >> 3] |= (byte) (1 << (b & 7));
            out.write(bitmap);
            for (int b = 0; b < grid.count(); b++) {
                if ((bitmap[b >> 3] >> (b & 7) & 1) == 0) continue;
                for (int i = 0, at = grid.first(b); i < grid.height(b); i++, at += grid.columns) words.add(t.values()[at]);
            }
        }
        words.flush();
    }

    /** The counterpart of {@link #write}. @throws Invalid if a value is NaN or infinite */
    static Tensor read(Source in, Shape shape, int height) {
        if (height == 0) {
            MemorySegment bytes = in.take(4L * shape.size());
            return new Tensor(shape, finite(bytes.toArray(Source.FLOAT), in.what()));
        }
        Grid grid = new Grid(shape, height);
        byte[] bitmap = in.take(grid.bitmapBytes()).toArray(ValueLayout.JAVA_BYTE);
        if ((grid.count() & 7) != 0 && (bitmap[bitmap.length - 1] & 0xff) >> (grid.count() & 7) != 0) throw in.malformed("a bitmap has bits beyond its " + grid.count() + " blocks");
        float[] packed = finite(in.take(4 * grid.stored(bitmap)).toArray(Source.FLOAT), in.what()), values = new float[shape.size()];
        int next = 0, columns = grid.columns, row = 0, rowEnd = columns;   // the block row that holds the block, and the number of its last block, plus 1
        for (int i = 0; i < bitmap.length; i++)
            for (int bits = bitmap[i] & 0xff; bits != 0; bits &= bits - 1) {
                int block = 8 * i + Integer.numberOfTrailingZeros(bits);
                for (; block >= rowEnd; rowEnd += columns) row++;
                int rows = Math.min(height, grid.rows - row * height), at = block + row * (height - 1) * columns;
                for (int r = 0; r < rows; r++) values[at + r * columns] = packed[next++];
            }
        return new Tensor(shape, values);
    }

    private static float[] finite(float[] values, String what) {
        float sum = 0;
        for (float v : values) sum += v * 0;   // NaN as soon as one is not finite
        if (sum != 0) for (float v : values) if (!Float.isFinite(v)) throw new Invalid(what + " has the weight " + v + ": weights must be finite; export or train the model again");
        return values;
    }

    /** Floats on their way to a stream. */
    private static final class Words {
        private final byte[] chunk = new byte[4 * CHUNK];
        private final MemorySegment segment = MemorySegment.ofArray(chunk);
        private final OutputStream out;
        private int size;

        Words(OutputStream out) { this.out = out; }

        void add(float value) throws IOException {
            segment.set(Source.INT, 4L * size++, Float.floatToRawIntBits(value));
            if (size == CHUNK) flush();
        }

        void flush() throws IOException {
            out.write(chunk, 0, 4 * size);
            size = 0;
        }
    }
}

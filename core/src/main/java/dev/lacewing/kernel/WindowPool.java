package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * Pooling of PLANES planes by a small solid window, straight from the input's rows: the columns of a window are combined first, over whole rows, and then
 * with each other. Padding is what stands around the image: zeros that take part, so it suits sums, and maxima of values that are not negative.
 *
 * <p>X is the address of the input pixel under the top left tap of the first plane's first output pixel, Y that output pixel's. For each of ROWS output rows
 * VECTORS vectors are written, one after the other; what spills over a row's end lands in the gap and in the first columns of the next row, which are written
 * later, and after the last row in what follows the plane. A vector of outputs reads {@code stride} vectors and the other {@code width - 1} columns or one more,
 * of {@code height} rows that stand X_ROW apart.
 *
 * <p>Distances to walk: X_NEXT and Y_NEXT from the end of a row's last vector to the next row's first pixel, X_PLANE and Y_PLANE from there after the last row
 * to the next plane. MASK (masked programs only) has a word for each float of a row; SCALE (scaled programs only) a float for each output of a row, which the
 * result is multiplied by, SCALE_NEXT from the end of one row's to the next row's.
 */
public final class WindowPool {
    public static final int X = 0, Y = 1, PLANES = 2, ROWS = 3, VECTORS = 4, X_ROW = 5, X_NEXT = 6, Y_NEXT = 7, X_PLANE = 8, Y_PLANE = 9, MASK = 10, SCALE = 11,
            SCALE_NEXT = 12;

    private final ProgramBuilder b;
    private final Pool.Kind kind;
    private final int height, width, stride;

    private WindowPool(ProgramBuilder b, Pool.Kind kind, int height, int width, int stride) {
        this.b = b;
        this.kind = kind;
        this.height = height;
        this.width = width;
        this.stride = stride;
    }

    /** There is a program for windows of that extent. */
    public static boolean isBuilt(int height, int width, int stride) { return Math.max(height, width) <= 5 && Math.min(height, width) >= 1 && (stride == 1 || stride == 2); }

    /**
     * @param height of the window, like {@code width} 1 to 5
     * @param stride of the columns, 1 or 2; that of the rows is in the distances
     * @throws Unsupported for others
     */
    public static Program program(Pool.Kind kind, int height, int width, int stride, boolean scaled, boolean masked, Machine machine) {
        if (!isBuilt(height, width, stride)) throw new Unsupported("a pooling window of " + height + "x" + width + " stride " + stride + ": up to 5x5 and stride 2 are built; use Pool");
        ProgramBuilder b = new ProgramBuilder(machine);
        new WindowPool(b, kind, height, width, stride).planes(scaled, masked);
        return b.build("window-" + (kind == Pool.Kind.MAX ? "max" : "sum") + height + "x" + width + "s" + stride + (scaled ? "-scaled" : "") + (masked ? "-masked" : ""));
    }

    private void planes(boolean scaled, boolean masked) {
        Ptr in = b.argument(X), out = b.argument(Y);
        b.loop(b.count(PLANES), 1, () -> {
            Ptr scale = scaled ? b.argument(SCALE) : null;
            b.loop(b.count(ROWS), 1, () -> {
                Ptr mask = masked ? b.argument(MASK) : null;
                b.loop(b.count(VECTORS), 1, () -> {
                    Vec result = window(in);
                    if (scale != null) b.scope(() -> b.mul(result, result, b.load(scale, 0)));
                    if (mask != null) b.scope(() -> b.and(result, result, b.load(mask, 0)));
                    b.store(result, out, 0);
                    b.advance(in, stride * b.vectorBytes());
                    b.advance(out, b.vectorBytes());
                    if (scale != null) b.advance(scale, b.vectorBytes());
                    if (mask != null) b.advance(mask, b.vectorBytes());
                });
                b.advanceByArgument(in, X_NEXT);
                b.advanceByArgument(out, Y_NEXT);
                if (scale != null) b.advanceByArgument(scale, SCALE_NEXT);
            });
            b.advanceByArgument(in, X_PLANE);
            b.advanceByArgument(out, Y_PLANE);
        });
    }

    /** One vector of results. */
    private Vec window(Ptr in) {
        Vec[] columns = columns(in);
        if (stride == 1) {
            for (int i = 1; i < width; i++) combine(columns[0], columns[i]);
            return columns[0];
        }
        Vec result = b.even(columns[0], columns[1]);
        for (int tap = 1; tap < width; tap++) {
            Vec low = columns[tap / 2 * 2], high = columns[tap / 2 * 2 + 1];
            boolean even = tap % 2 == 0;
            b.scope(() -> combine(result, even ? b.even(low, high) : b.odd(low, high)));
        }
        return result;
    }

    /** The window's rows combined: stride 1, a vector from each column on; stride 2, two vectors from each second column on. */
    private Vec[] columns(Ptr in) {
        Vec[] columns = new Vec[stride == 1 ? width : (width + 1) / 2 * 2];
        for (int i = 0; i < columns.length; i++) columns[i] = b.load(in, disp(i));
        b.scope(() -> {
            Ptr line = b.copy(in);
            for (int row = 1; row < height; row++) {
                b.advanceByArgument(line, X_ROW);
                for (int i = 0; i < columns.length; i++) {
                    Vec column = columns[i];
                    int disp = disp(i);
                    b.scope(() -> combine(column, b.load(line, disp)));
                }
            }
        });
        return columns;
    }

    private int disp(int i) { return stride == 1 ? Float.BYTES * i : Float.BYTES * (i / 2 * 2) + i % 2 * b.vectorBytes(); }

    private void combine(Vec to, Vec value) {
        switch (kind) {
            case MAX -> b.max(to, to, value);
            case SUM -> b.add(to, to, value);
        }
    }
}

package dev.lacewing.tensor;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * Where the elements of an activation stand in memory, in floats from the start of its buffer. Element (n, c, y, x) stands at
 * {@code origin + n * imagePitch + c * planePitch + y * rowPitch + x}. A tensor of another rank than 4 is seen as [n, c, h, w]: rank 2 as
 * [n, c, 1, 1], rank 1 as [1, c, 1, 1], any other as [1, 1, 1, size], and these are always contiguous.
 *
 * <p>Three forms. <em>Contiguous</em>: row-major without gaps. <em>Flat planes</em>: rows without gaps ({@code rowPitch == width}), planes padded to 16
 * floats. <em>Haloed planes</em>: {@code rowPitch > width}; the gap after a row is at once its right halo and the left halo of the next row, and the
 * gap between two planes is at once the lower halo of one and the upper halo of the next. A kernel that works on whole planes walks the rows and gaps
 * of a plane as one flat run of {@code height * rowPitch} floats.
 */
public record Layout(Shape shape, int rowPitch, int planePitch, int imagePitch, int origin, int size) {
    /** Planes start at multiples of this many floats (64 bytes: one cache line, the widest vector). */
    public static final int ALIGN = 16;

    /** Floats after the last plane that a kernel may read or overwrite. */
    private static final int SLACK = 64;

    public static Layout contiguous(Shape shape) {
        Layout l = new Layout(shape, 0, 0, 0, 0, 0);
        int plane = l.height() * l.width();
        return new Layout(shape, l.width(), plane, plane * l.channels(), 0, checked((long) shape.size() + SLACK));
    }

    /** NCHW planes whose rows stand {@code rowPitch} floats apart, with room for a halo of the given pixels (0 for none). */
    public static Layout planes(Shape shape, int rowPitch, int top, int left, int bottom, int right) {
        if (shape.rank() != 4) throw new Invalid("planes need an NCHW shape, got " + shape);
        if (rowPitch < shape.dim(3)) throw new Invalid("a row pitch of " + rowPitch + " for rows of " + shape.dim(3));
        long before = roundUp((long) top * rowPitch + left), after = Math.max(before, (long) bottom * rowPitch + right);
        long spill = (shape.dim(2) - 1L) * rowPitch + roundUp(rowPitch);   // a kernel that works by rows may finish the last vector
        long pitch = roundUp(Math.max((long) shape.dim(2) * rowPitch + after, spill));
        if (pitch % 1024 == 0) pitch += ALIGN;   // planes 4 KB apart collide in the cache
        int plane = checked(pitch), image = checked((long) plane * shape.dim(1));
        return new Layout(shape, rowPitch, plane, image, checked(before), checked(before + (long) image * shape.dim(0) + SLACK));
    }

    public static Layout flat(Shape shape) { return planes(shape, shape.dim(3), 0, 0, 0, 0); }

    public int images() {
        return switch (shape.rank()) {
            case 2, 4 -> shape.dim(0);
            default -> 1;
        };
    }

    public int channels() {
        return switch (shape.rank()) {
            case 2, 4 -> shape.dim(1);
            case 1 -> shape.dim(0);
            default -> 1;
        };
    }

    public int height() { return shape.rank() == 4 ? shape.dim(2) : 1; }

    public int width() {
        return switch (shape.rank()) {
            case 4 -> shape.dim(3);
            case 1, 2 -> 1;
            default -> shape.size();
        };
    }

    public boolean isContiguous() { return rowPitch == width() && planePitch == height() * width() && imagePitch == planePitch * channels(); }

    /** Floats from the first to past the last pixel of a plane, gaps included. */
    public int planeFloats() { return height() * rowPitch; }

    /** Position of element (n, c, y, x). */
    public int at(int n, int c, int y, int x) { return origin + n * imagePitch + c * planePitch + y * rowPitch + x; }

    /** Position of the element with row-major index {@code linear}. */
    public int at(int linear) {
        int x = linear % width(), y = linear / width() % height(), plane = linear / (width() * height());
        return at(plane / channels(), plane % channels(), y, x);
    }

    private static long roundUp(long n) { return Math.ceilDiv(n, (long) ALIGN) * ALIGN; }

    private static int checked(long floats) {
        if (floats > Integer.MAX_VALUE / 4) throw new Invalid("an activation of " + floats + " floats is larger than Lacewing can address (2 GB)");
        return (int) floats;
    }
}

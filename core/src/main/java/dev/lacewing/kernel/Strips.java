package dev.lacewing.kernel;

import dev.lacewing.program.Machine;

/**
 * How {@link Depthwise} cuts a plane of some vectors.
 *
 * @param width vectors of a wide strip
 * @param wide number of wide strips, 1 or more
 * @param narrow number of strips of one vector less
 */
public record Strips(int width, int wide, int narrow) {
    /** Equal strips, or nearly so, as few as can be: wide ones share each input row's overheads and wait less for their sums. */
    public static Strips of(int vectors, int kernel, int stride, Machine machine) {
        int count = Math.ceilDiv(vectors, widest(kernel, stride, machine)), width = Math.ceilDiv(vectors, count), narrow = count * width - vectors;
        return new Strips(width, count - narrow, narrow);
    }

    /** Wide ones only, up to a vector more for each narrow one. */
    public Strips even() { return new Strips(width, wide + narrow, 0); }

    public int count() { return wide + narrow; }

    public int vectors() { return width * wide + (width - 1) * narrow; }

    /** As measured, within the registers that there are. The JVM's compilers take long for the widest, and give up some. */
    private static int widest(int kernel, int stride, Machine machine) {
        boolean many = machine.vectors() > 18;
        if (machine.spills()) return kernel == 3 ? 1 : 2;
        if (!machine.bakes()) return kernel == 3 || many && stride == 1 ? 2 : 1;
        if (kernel == 5) return 2;
        return many ? 4 : stride == 1 ? 3 : 2;
    }
}

package dev.lacewing.general;

import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.Arrays;

/** The product of two activations over their last two axes, leading axes broadcast. Arguments: both inputs' buffers, the output's buffer. */
final class MatMulKernel implements Kernel {
    private final int rows, inner, columns;
    private final int aRow, aInner, bInner, bColumn, outRow, outColumn;
    private final int[] a, b, out;

    MatMulKernel(Layout left, Layout right, Layout output) {
        Shape shape = output.shape();
        int last = shape.rank() - 1;
        int[] x = Walk.broadcast(left, shape), y = Walk.broadcast(right, shape), z = Walk.strides(output);
        rows = shape.dim(-2);
        columns = shape.dim(-1);
        inner = left.shape().dim(-1);
        aRow = x[last - 1];
        aInner = x[last];
        bInner = y[last - 1];
        bColumn = y[last];
        outRow = z[last - 1];
        outColumn = z[last];
        Walk lead = Walk.of(Arrays.copyOf(shape.toArray(), last - 1), Arrays.copyOf(z, last - 1), Arrays.copyOf(x, last - 1), Arrays.copyOf(y, last - 1));
        out = shifted(lead.points(0), output.origin());
        a = shifted(lead.points(1), left.origin());
        b = shifted(lead.points(2), right.origin());
    }

    @Override
    public void run(long arguments) {
        long x = Memory.argument(arguments, 0), y = Memory.argument(arguments, 1), z = Memory.argument(arguments, 2);
        for (int i = 0; i < out.length; i++) multiply(x + 4L * a[i], y + 4L * b[i], z + 4L * out[i]);
    }

    /** Four columns at a time, so that the sums stay in registers. */
    private void multiply(long x, long y, long z) {
        long aStep = 4L * aInner, bStep = 4L * bInner, next = 4L * bColumn, to = 4L * outColumn;
        for (int row = 0; row < rows; row++) {
            long p = x + 4L * row * aRow, r = z + 4L * row * outRow;
            int column = 0;
            for (; column <= columns - 4; column += 4) {
                float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
                long q = y + next * column;
                for (int k = 0; k < inner; k++, q += bStep) {
                    float f = Memory.get(p + aStep * k);
                    s0 += f * Memory.get(q);
                    s1 += f * Memory.get(q + next);
                    s2 += f * Memory.get(q + 2 * next);
                    s3 += f * Memory.get(q + 3 * next);
                }
                Memory.set(r + to * column, s0);
                Memory.set(r + to * (column + 1), s1);
                Memory.set(r + to * (column + 2), s2);
                Memory.set(r + to * (column + 3), s3);
            }
            for (; column < columns; column++) {
                float sum = 0;
                for (int k = 0; k < inner; k++) sum += Memory.get(p + aStep * k) * Memory.get(y + next * column + bStep * k);
                Memory.set(r + to * column, sum);
            }
        }
    }

    private static int[] shifted(int[] offsets, int by) { return Arrays.stream(offsets).map(o -> o + by).toArray(); }
}

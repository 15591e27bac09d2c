package dev.lacewing.general;

import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.List;

/** Means over some axes, summed in double precision. Arguments: the input's buffer, the output's buffer. */
final class MeanKernel implements Kernel {
    private final int inputOrigin, length, step, count;
    private final int[] kept, reduced, output;

    /** @param out of any shape with one element for each combination of the axes kept, in their order */
    MeanKernel(List<Integer> axes, Layout in, Layout out) {
        int[] strides = Walk.strides(in), keptDims = in.shape().toArray(), reducedDims = keptDims.clone();
        for (int axis = 0; axis < strides.length; axis++) (axes.contains(axis) ? keptDims : reducedDims)[axis] = 1;
        Walk inner = Walk.of(reducedDims, strides);
        inputOrigin = in.origin();
        kept = Walk.of(keptDims, strides).points(0);
        reduced = inner.rows(0);
        length = inner.length();
        step = inner.step(0);
        count = Shape.of(reducedDims).size();
        output = new int[kept.length];
        for (int i = 0; i < output.length; i++) output[i] = out.at(i);
    }

    @Override
    public void run(long arguments) {
        long from = Memory.argument(arguments, 0) + 4L * inputOrigin, to = Memory.argument(arguments, 1);
        for (int i = 0; i < output.length; i++) {
            double sum = 0;
            for (int row : reduced) sum += sum(from + 4L * (kept[i] + row), 4L * step, length);
            Memory.set(to + 4L * output[i], (float) (sum / count));
        }
    }

    private static double sum(long from, long step, int count) {
        double a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i <= count - 4; i += 4) {
            a += Memory.get(from + step * i);
            b += Memory.get(from + step * (i + 1));
            c += Memory.get(from + step * (i + 2));
            d += Memory.get(from + step * (i + 3));
        }
        for (; i < count; i++) a += Memory.get(from + step * i);
        return a + b + (c + d);
    }
}

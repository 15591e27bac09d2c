package dev.lacewing.general;

import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;

/** exp(x - max) / sum along one axis. Arguments: the input's buffer, the output's buffer. */
final class SoftmaxKernel implements Kernel {
    private final int inputOrigin, outputOrigin, length, inputStep, outputStep;
    private final int[] input, output;

    SoftmaxKernel(int axis, Layout in, Layout out) {
        int[] from = Walk.strides(in), to = Walk.strides(out);
        Walk lines = Walk.of(in.shape().with(axis, 1).toArray(), to, from);
        inputOrigin = in.origin();
        outputOrigin = out.origin();
        length = in.shape().dim(axis);
        inputStep = from[axis];
        outputStep = to[axis];
        output = lines.points(0);
        input = lines.points(1);
    }

    @Override
    public void run(long arguments) {
        long from = Memory.argument(arguments, 0) + 4L * inputOrigin, to = Memory.argument(arguments, 1) + 4L * outputOrigin;
        for (int line = 0; line < output.length; line++) softmax(from + 4L * input[line], 4L * inputStep, to + 4L * output[line], 4L * outputStep, length);
    }

    private static void softmax(long from, long fromStep, long to, long toStep, int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) max = Math.max(max, Memory.get(from + fromStep * i));
        double sum = 0;
        for (int i = 0; i < length; i++) {
            double e = Math.exp((double) Memory.get(from + fromStep * i) - max);
            sum += e;
            Memory.set(to + toStep * i, (float) e);
        }
        float scale = (float) (1 / sum);
        for (int i = 0; i < length; i++) Memory.set(to + toStep * i, Memory.get(to + toStep * i) * scale);
    }
}

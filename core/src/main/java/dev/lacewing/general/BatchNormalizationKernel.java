package dev.lacewing.general;

import dev.lacewing.graph.Op;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;

/** One multiplication and one addition for each element, by its channel. Arguments: the input's buffer, the output's buffer. */
final class BatchNormalizationKernel implements Kernel {
    private final int inputOrigin, outputOrigin, length, inputStep, outputStep, channelStep;
    private final int[] input, output, channel;
    private final float[] factor, addend;

    BatchNormalizationKernel(Op.BatchNormalization op, Layout in, Layout out) {
        Shape shape = out.shape();
        Walk walk = Walk.of(shape.toArray(), Walk.strides(out), Walk.strides(in), Walk.channels(shape));
        length = walk.length();
        outputStep = walk.step(0);
        inputStep = walk.step(1);
        channelStep = walk.step(2);
        output = walk.rows(0);
        input = walk.rows(1);
        channel = walk.rows(2);
        inputOrigin = in.origin();
        outputOrigin = out.origin();
        factor = new float[op.channels()];
        addend = new float[factor.length];
        for (int c = 0; c < factor.length; c++) {
            factor[c] = (float) op.factor(c);
            addend[c] = (float) op.addend(c);
        }
    }

    @Override
    public void run(long arguments) {
        long from = Memory.argument(arguments, 0) + 4L * inputOrigin, to = Memory.argument(arguments, 1) + 4L * outputOrigin;
        for (int row = 0; row < output.length; row++) {
            long p = from + 4L * input[row], q = to + 4L * output[row];
            for (int i = 0; i < length; i++) {
                int c = channel[row] + i * channelStep;
                Memory.set(q + 4L * outputStep * i, Memory.get(p + 4L * inputStep * i) * factor[c] + addend[c]);
            }
        }
    }
}

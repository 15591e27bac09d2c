package dev.lacewing.general;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.Arrays;

/** Two activations element by element, then an activation function. Arguments: the inputs' buffers, the output's buffer. */
final class ElementwiseKernel implements Kernel {
    private final Op.Arithmetic what;
    private final Activation activation;
    private final int length, firstStep, secondStep, outputStep, channelStep;
    private final int[] first, second, output, channel;

    private ElementwiseKernel(Op.Arithmetic what, Activation activation, Layout a, Layout b, Layout out) {
        this.what = what;
        this.activation = activation;
        Shape shape = out.shape();
        boolean byChannel = activation instanceof Activation.PRelu(var slopes) && slopes.size() > 1;
        int[] channels = byChannel ? Walk.channels(shape) : new int[shape.rank()];
        Walk walk = Walk.of(shape.toArray(), Walk.strides(out), Walk.broadcast(a, shape), Walk.broadcast(b, shape), channels);
        length = walk.length();
        outputStep = walk.step(0);
        firstStep = walk.step(1);
        secondStep = walk.step(2);
        channelStep = walk.step(3);
        output = shifted(walk.rows(0), out.origin());
        first = shifted(walk.rows(1), a.origin());
        second = shifted(walk.rows(2), b.origin());
        channel = walk.rows(3);
    }

    static Kernel binary(Op.Binary op, Layout a, Layout b, Layout out) { return new ElementwiseKernel(op.what(), op.activation(), a, b, out); }

    @Override
    public void run(long arguments) {
        long a = Memory.argument(arguments, 0), b = Memory.argument(arguments, 1), y = Memory.argument(arguments, 2);
        for (int row = 0; row < output.length; row++) {
            long p = a + 4L * first[row], q = b + 4L * second[row], to = y + 4L * output[row];
            if (outputStep == 1) {
                combine(what, p, 4L * firstStep, q, 4L * secondStep, to, length);
                Activations.apply(activation, to, length, channel[row], channelStep);
            } else {
                for (int i = 0; i < length; i++) {
                    float x = combine(what, Memory.get(p + 4L * firstStep * i), Memory.get(q + 4L * secondStep * i));
                    Memory.set(to + 4L * outputStep * i, Activation.apply(activation, x, channel[row] + i * channelStep));
                }
            }
        }
    }

    private static void combine(Op.Arithmetic what, long p, long pStep, long q, long qStep, long to, int length) {
        switch (what) {
            case ADD -> {
                for (int i = 0; i < length; i++) Memory.set(to + 4L * i, Memory.get(p + pStep * i) + Memory.get(q + qStep * i));
            }
            case SUB -> {
                for (int i = 0; i < length; i++) Memory.set(to + 4L * i, Memory.get(p + pStep * i) - Memory.get(q + qStep * i));
            }
            case MUL -> {
                for (int i = 0; i < length; i++) Memory.set(to + 4L * i, Memory.get(p + pStep * i) * Memory.get(q + qStep * i));
            }
            case DIV -> {
                for (int i = 0; i < length; i++) Memory.set(to + 4L * i, Memory.get(p + pStep * i) / Memory.get(q + qStep * i));
            }
        }
    }

    private static float combine(Op.Arithmetic what, float a, float b) {
        return switch (what) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
        };
    }

    private static int[] shifted(int[] offsets, int by) { return Arrays.stream(offsets).map(o -> o + by).toArray(); }
}

package dev.lacewing.general;

import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReductionKernelsTest {
    private final SplittableRandom random = new SplittableRandom(47);

    @Test
    void softmax() {
        for (int i = 0; i < 200; i++) {
            Shape shape = Trial.shape(random, 1 + random.nextInt(5));
            int axis = random.nextInt(shape.rank());
            float[] x = Trial.values(random, shape.size());
            if (i % 5 == 0) for (int k = 0; k < x.length; k++) x[k] = 500 + 20 * x[k];
            float[] expected = Trial.expected(shape, at -> {
                double own = Trial.at(x, shape, at), sum = 0;
                for (at[axis] = 0; at[axis] < shape.dim(axis); at[axis]++) sum += Math.exp(Trial.at(x, shape, at) - own);
                return 1 / sum;
            });
            Trial.assertClose(Trial.general(random, new Op.Softmax(axis), List.of(shape), List.of(x)), expected, 1e-6, shape + " along " + axis);
        }
    }

    @Test
    void matMulBroadcastsLeadingAxes() {
        for (int i = 0; i < 200; i++) {
            int rows = 1 + random.nextInt(6), inner = 1 + random.nextInt(33), columns = 1 + random.nextInt(17);
            Shape lead = new Shape(random.ints(random.nextInt(4), 1, 5).boxed().toList()), a = matrices(lead, rows, inner), b = matrices(lead, inner, columns);
            Shape shape = Trial.infer(new Op.MatMul(), List.of(a, b));
            float[] x = Trial.values(random, a.size()), y = Trial.values(random, b.size());
            float[] expected = Trial.expected(shape, at -> {
                double sum = 0;
                for (int k = 0; k < inner; k++) sum += (double) entry(x, a, at, at[at.length - 2], k) * entry(y, b, at, k, at[at.length - 1]);
                return sum;
            });
            Trial.assertClose(Trial.general(random, new Op.MatMul(), List.of(a, b), List.of(x, y)), expected, 1e-5, a + " by " + b);
        }
    }

    private Shape matrices(Shape lead, int rows, int columns) {
        int drop = random.nextInt(3) == 0 ? random.nextInt(lead.rank() + 1) : 0;
        int[] dims = IntStream.concat(lead.dims().stream().skip(drop).mapToInt(d -> random.nextInt(4) == 0 ? 1 : d), IntStream.of(rows, columns)).toArray();
        return Shape.of(dims);
    }

    private static float entry(float[] values, Shape shape, int[] at, int row, int column) {
        int[] own = new int[shape.rank()];
        for (int i = 3; i <= own.length; i++) own[own.length - i] = shape.dim(-i) == 1 ? 0 : at[at.length - i];
        own[own.length - 2] = row;
        own[own.length - 1] = column;
        return Trial.at(values, shape, own);
    }
}

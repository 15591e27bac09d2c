package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The reference on cases small enough for pencil and paper, so that it does not rest on another runtime alone. */
class ReferenceByHandTest {
    private static final Offset<Float> EXACT = within(1e-6f);

    @Test
    void convolvesWithPadsStrideAndDilation() {
        Tensor x = counting(1, 1, 3, 3), ones = Tensor.of(new float[] {1, 1, 1, 1}, 1, 1, 2, 2), bias = Tensor.of(new float[] {100}, 1);
        assertThat(run(new Op.Conv(ones, bias, Window.square(2, 1, 0), 1, Activation.NONE), x)).containsExactly(112, 116, 124, 128);
        assertThat(run(new Op.Conv(ones, bias, new Window(2, 2, 2, 2, 1, 1, 0, 0, 1, 1), 1, Activation.NONE), x)).containsExactly(112, 109, 115, 109);
        assertThat(run(new Op.Conv(ones, bias, new Window(2, 2, 1, 1, 2, 2, 1, 0, 0, 1), 1, Activation.NONE), x)).containsExactly(110, 105, 120, 110);
        assertThat(run(new Op.Conv(ones, bias, Window.square(2, 1, 0), 1, new Activation.Clamp(0, 120)), x)).containsExactly(112, 116, 120, 120);
    }

    @Test
    void convolvesInGroups() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 4, 1, 1), weight = Tensor.of(new float[] {1, 10, 100, 1000}, 2, 2, 1, 1);
        assertThat(run(new Op.Conv(weight, Tensor.zeros(2), Window.square(1, 1, 0), 2, Activation.NONE), x)).containsExactly(21, 4300);
    }

    @Test
    void multipliesMatrices() {
        Tensor x = counting(2, 2), weight = Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
        assertThat(run(new Op.Gemm(weight, Tensor.of(new float[] {10, 20, 30}, 3), Activation.NONE), x)).containsExactly(11, 22, 33, 13, 24, 37);
        assertThat(run(new Op.MatMul(), x, Tensor.of(new float[] {0, 1, 1, 0}, 2, 2))).containsExactly(2, 1, 4, 3);
    }

    @Test
    void poolsWithPadding() {
        Tensor x = counting(1, 1, 2, 2);
        Window padded = new Window(2, 2, 1, 1, 1, 1, 1, 1, 0, 0);
        assertThat(run(new Op.Pool(Op.PoolKind.MAX, padded, false, false), x)).containsExactly(1, 2, 3, 4);
        assertThat(run(new Op.Pool(Op.PoolKind.AVERAGE, padded, false, false), x)).containsExactly(1, 1.5f, 2, 2.5f);
        assertThat(run(new Op.Pool(Op.PoolKind.AVERAGE, padded, false, true), x)).containsExactly(0.25f, 0.75f, 1, 2.5f);
        assertThat(run(new Op.Pool(Op.PoolKind.AVERAGE, Window.square(2, 2, 0), true, true), counting(1, 1, 3, 3))).containsExactly(3, 4.5f, 7.5f, 9);
    }

    @Test
    void broadcasts() {
        assertThat(run(new Op.Binary(Op.Arithmetic.SUB, Activation.NONE), counting(2, 2), Tensor.of(new float[] {1, 10}, 2))).containsExactly(0, -8, 2, -6);
        assertThat(run(new Op.Binary(Op.Arithmetic.DIV, Activation.RELU), counting(2, 1), Tensor.of(new float[] {1, -2}, 1, 2))).containsExactly(1, 0, 2, 0);
    }

    @Test
    void appliesActivations() {
        Tensor x = Tensor.of(new float[] {-4, -1, 0, 1, 8}, 1, 1, 5);
        assertThat(activate(new Activation.HardSwish(), x)).containsExactly(-0f, -1 / 3f, 0, 2 / 3f, 8);
        assertThat(activate(new Activation.HardSigmoid(0.25f, 0.5f), x)).containsExactly(0, 0.25f, 0.5f, 0.75f, 1);
        assertThat(activate(new Activation.LeakyRelu(0.5f), x)).containsExactly(-2, -0.5f, 0, 1, 8);
        assertThat(activate(new Activation.PRelu(Tensor.of(new float[] {2}, 1)), x)).containsExactly(-8, -2, 0, 1, 8);
        assertThat(activate(new Activation.Sigmoid(), x)).containsExactly(new float[] {0.01798621f, 0.26894142f, 0.5f, 0.73105858f, 0.99966465f}, EXACT);
        assertThat(activate(new Activation.Swish(), x)).containsExactly(new float[] {-0.07194484f, -0.26894142f, 0, 0.73105858f, 7.9973172f}, EXACT);
        assertThat(activate(new Activation.Tanh(), x)).containsExactly(new float[] {-0.99932930f, -0.76159416f, 0, 0.76159416f, 0.99999977f}, EXACT);
    }

    @Test
    void normalises() {
        Op.BatchNormalization bn = new Op.BatchNormalization(Tensor.of(new float[] {2, 1}, 2), Tensor.of(new float[] {1, 0}, 2), Tensor.of(new float[] {1, 2}, 2),
                Tensor.of(new float[] {3, 0}, 2), 1);
        assertThat(run(bn, counting(1, 2, 2))).containsExactly(1, 2, 1, 2);
        assertThat(run(new Op.Softmax(0), Tensor.of(new float[] {0, (float) Math.log(3)}, 2))).containsExactly(new float[] {0.25f, 0.75f}, EXACT);
        assertThat(run(new Op.ReduceMean(List.of(0), false), counting(2, 3))).containsExactly(2.5f, 3.5f, 4.5f);
        assertThat(run(new Op.GlobalAveragePool(), counting(1, 2, 2, 2))).containsExactly(2.5f, 6.5f);
    }

    @Test
    void gatesChannels() {
        Op.SqueezeExcite se = new Op.SqueezeExcite(Tensor.of(new float[] {1, -1}, 1, 2), Tensor.of(new float[] {3}, 1), Activation.RELU, Tensor.of(new float[] {1, 2}, 2, 1),
                Tensor.zeros(2), new Activation.HardSigmoid(0.25f, 0));
        assertThat(run(se, Tensor.of(new float[] {0, 2, 2, 4}, 1, 2, 1, 2))).containsExactly(0, 0.5f, 1, 2);
    }

    @Test
    void movesElements() {
        assertThat(run(new Op.Concat(1), counting(2, 1), counting(2, 2))).containsExactly(1, 1, 2, 2, 3, 4);
        assertThat(run(new Op.Transpose(List.of(1, 0)), counting(2, 3))).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(run(new Op.Slice(List.of(1, 2), List.of(1, -2), List.of(1, 2)), counting(2, 3))).containsExactly(6, 4);
        assertThat(run(new Op.Reshape(Shape.of(3, 2)), counting(2, 3))).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(run(new Op.Pad(List.of(2), List.of(1), Op.PadMode.CONSTANT, 9), counting(3))).containsExactly(9, 9, 1, 2, 3, 9);
        assertThat(run(new Op.Pad(List.of(2), List.of(1), Op.PadMode.REFLECT, 9), counting(3))).containsExactly(3, 2, 1, 2, 3, 2);
        assertThat(run(new Op.Pad(List.of(2), List.of(1), Op.PadMode.EDGE, 9), counting(3))).containsExactly(1, 1, 1, 2, 3, 3);
    }

    @Test
    void laysDepthOutInSpace() {
        Tensor x = counting(1, 8, 1, 1);
        assertThat(run(new Op.DepthToSpace(2, Op.DepthOrder.DCR), x)).containsExactly(1, 3, 5, 7, 2, 4, 6, 8);
        assertThat(run(new Op.DepthToSpace(2, Op.DepthOrder.CRD), x)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void resizes() {
        Tensor x = Tensor.of(new float[] {0, 4}, 1, 1, 1, 2);
        assertThat(run(wide(4, Op.ResizeMode.LINEAR, Op.Coordinates.HALF_PIXEL), x)).containsExactly(0, 1, 3, 4);
        assertThat(run(wide(3, Op.ResizeMode.LINEAR, Op.Coordinates.ALIGN_CORNERS), x)).containsExactly(0, 2, 4);
        assertThat(run(wide(4, Op.ResizeMode.LINEAR, Op.Coordinates.ASYMMETRIC), x)).containsExactly(0, 2, 4, 4);
        assertThat(run(wide(1, Op.ResizeMode.LINEAR, Op.Coordinates.HALF_PIXEL), x)).containsExactly(2);
        assertThat(run(wide(1, Op.ResizeMode.LINEAR, Op.Coordinates.PYTORCH_HALF_PIXEL), x)).containsExactly(0);
        assertThat(run(wide(4, Op.ResizeMode.NEAREST, Op.Coordinates.ASYMMETRIC), x)).containsExactly(0, 0, 4, 4);
    }

    /** Rounds 0.5 down and 1.5 down where the floor is preferred. */
    private static Op.Resize wide(int width, Op.ResizeMode mode, Op.Coordinates coordinates) {
        return new Op.Resize(1, width, 1, width / 2f, mode, coordinates, Op.NearestMode.ROUND_PREFER_FLOOR);
    }

    private static Tensor counting(int... dims) {
        Tensor tensor = Tensor.zeros(dims);
        for (int i = 0; i < tensor.size(); i++) tensor.values()[i] = i + 1;
        return tensor;
    }

    private static float[] activate(Activation activation, Tensor x) { return run(new Op.Activate(activation), x); }

    private static float[] run(Op op, Tensor... inputs) {
        Net net = new Net();
        net.output(net.add(op, IntStream.range(0, inputs.length).mapToObj(i -> net.input(inputs[i])).toArray(String[]::new)));
        return net.problem(Problems.Family.TANGLE, 0).expected().getFirst().values();
    }
}

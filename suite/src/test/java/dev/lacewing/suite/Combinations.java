package dev.lacewing.suite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Every op that an activation may be part of, and poolings to one pixel, on every rank that it takes, with every activation: one graph for an op and a rank, with an output for each activation. */
final class Combinations {
    private static final List<Shape> RANKS = List.of(Shape.of(6), Shape.of(2, 6), Shape.of(2, 5, 6), Shape.of(2, 5, 3, 7), Shape.of(2, 5, 3, 2, 6));
    private static final Shape IMAGE = RANKS.get(3), PIXEL = Shape.of(2, 5, 1, 1), UNIT_ROWS = Shape.of(2, 5, 1, 7), SINGLE = Shape.of(1, 5, 3, 7), SQUARE = Shape.of(1, 3, 28, 28);

    /** An op on values of one shape. */
    private interface Kind {
        String add(Net net, Draw draw, String x, Activation activation);
    }

    /** @param halo the result is read on by a layer that needs a halo */
    private record Combination(Kind kind, Shape shape, boolean halo) {
        Combination(Kind kind, Shape shape) { this(kind, shape, false); }
    }

    private static final List<Combination> ALL = all();

    static final int COUNT = ALL.size();

    private Combinations() {}

    static void add(Net net, Draw draw, int index) {
        Combination c = ALL.get(index % ALL.size());
        String x = net.input(draw.values(c.shape));
        for (int i = 0; i < activations(1, draw).size(); i++) {
            int which = i;
            Activation plain = activations(1, draw).get(i);
            String y = plain instanceof Activation.PRelu ? slopes(net, draw, c, x, which) : c.kind.add(net, draw, x, plain);
            net.output(c.halo ? net.add(draw.depthwise(net.shape(y).dim(1), 3, 1), y) : y);
        }
    }

    /** The op's output tells how many channels it has. */
    private static String slopes(Net net, Draw draw, Combination c, String x, int which) {
        Net trial = new Net();
        Shape s = trial.shape(c.kind.add(trial, draw, trial.input(draw.values(c.shape)), Activation.NONE));
        return c.kind.add(net, draw, x, activations(s.rank() < 2 ? 1 : s.dim(1), draw).get(which));
    }

    private static List<Activation> activations(int channels, Draw draw) {
        return List.of(Activation.NONE, Activation.RELU, Activation.RELU6, new Activation.Clamp(-0.5f, 0.75f), new Activation.LeakyRelu(0.1f),
                new Activation.PRelu(draw.values(Shape.of(channels))), new Activation.PRelu(Tensor.of(new float[] {0.3f}, 1)), new Activation.Sigmoid(), new Activation.HardSigmoid(1 / 6f, 0.5f),
                new Activation.HardSwish(), new Activation.Swish(), new Activation.Tanh());
    }

    private static List<Combination> all() {
        List<Combination> all = new ArrayList<>();
        for (Shape shape : RANKS) {
            all.add(new Combination((net, draw, x, a) -> net.add(new Op.Activate(a), x), shape));
            all.add(new Combination((net, draw, x, a) -> net.add(draw.gemm(shape.dim(-1), 6, a), x), shape));
            for (Op.Arithmetic what : Op.Arithmetic.values())
                all.add(new Combination((net, draw, x, a) -> net.add(new Op.Binary(what, a), x, net.add(new Op.Constant(draw.awayFromZero(shape)))), shape));
        }
        for (Shape shape : List.of(PIXEL, UNIT_ROWS, SINGLE)) {
            all.add(new Combination((net, draw, x, a) -> net.add(draw.gemm(shape.dim(-1), 6, a), x), shape));
            all.add(new Combination((net, draw, x, a) -> net.add(draw.gemm(shape.dim(-1), 1, a), x), shape));
        }
        all.add(new Combination((net, draw, x, a) -> net.add(new Op.Binary(Op.Arithmetic.MUL, a), x, net.add(new Op.GlobalAveragePool(), x)), IMAGE));
        for (Window window : List.of(Window.square(1, 1, 0), Window.square(3, 1, 1), Window.square(3, 2, 1)))
            for (Shape shape : List.of(IMAGE, PIXEL, SINGLE)) all.add(new Combination((net, draw, x, a) -> net.add(with(draw.conv(5, 6, window, 1), a), x), shape));
        for (Window window : List.of(new Window(3, 7, 1, 1, 1, 1, 0, 0, 0, 0), new Window(5, 9, 1, 1, 1, 1, 1, 1, 1, 1), new Window(2, 4, 3, 8, 1, 1, 0, 1, 1, 1)))
            for (Op.PoolKind kind : Op.PoolKind.values())
                for (boolean countPadding : new boolean[] {false, true})
                    all.add(new Combination((net, draw, x, a) -> net.add(new Op.Activate(a), net.add(new Op.Pool(kind, window, false, countPadding), x)), IMAGE));
        for (int stride = 1; stride <= 2; stride++) {
            int s = stride;
            all.add(new Combination((net, draw, x, a) -> net.add(with(draw.depthwise(5, 3, s), a), x), IMAGE));
        }
        all.add(new Combination((net, draw, x, a) -> {
            String y = net.add(with(draw.depthwise(3, 3, 1), a), x);
            net.output(net.add(new Op.GlobalAveragePool(), y));
            net.output(net.add(draw.conv(3, 4, Window.square(3, 1, 1), 1), y));
            return y;
        }, SQUARE));
        all.addAll(all.stream().filter(c -> c.shape.rank() == 4).map(c -> new Combination(c.kind, c.shape, true)).toList());
        return all;
    }

    private static Op.Conv with(Op.Conv c, Activation activation) { return new Op.Conv(c.weight(), c.bias(), c.window(), c.groups(), activation); }
}

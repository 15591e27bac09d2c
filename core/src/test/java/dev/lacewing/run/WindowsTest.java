package dev.lacewing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.graph.Shapes;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random windows, whose input is staged or read in place, in plans that are watched and compared with plain loops. */
class WindowsTest {
    private final Random random = new Random(5);

    @Test
    void convolutions() {
        for (int round = 0; round < 250; round++) {
            Shape shape = shape();
            Window w = window();
            if (fits(w, shape)) check(shape, new Op.Conv(weights(3, shape.dim(1), w.kernelHeight(), w.kernelWidth()), weights(3), w, 1, Activation.NONE));
        }
    }

    @Test
    void pools() {
        for (int round = 0; round < 250; round++) {
            Shape shape = shape();
            Window w = window();
            boolean padding = Math.max(w.padTop(), w.padBottom()) < w.spanHeight() && Math.max(w.padLeft(), w.padRight()) < w.spanWidth();
            if (!fits(w, shape) || !padding) continue;
            Op pool = new Op.Pool(random.nextBoolean() ? Op.PoolKind.MAX : Op.PoolKind.AVERAGE, w, random.nextBoolean(), random.nextBoolean());
            if (random.nextBoolean()) check(shape, pool);
            else check(shape, new Op.Activate(Activation.RELU), pool);
        }
    }

    private void check(Shape shape, Op... ops) {
        List<Node> nodes = new ArrayList<>();
        for (Op op : ops) nodes.add(new Node("n" + nodes.size(), op, List.of(nodes.isEmpty() ? "x" : nodes.getLast().output()), "y" + nodes.size()));
        // A consumer that reads a halo, so that the window's own output has gaps to be kept zero.
        Shape out = shape;
        for (Node node : nodes) out = Shapes.infer(node, List.of(out));
        if (random.nextBoolean())
            nodes.add(new Node("last", new Op.Conv(weights(2, out.dim(1), 3, 3), weights(2), Window.square(3, 1, 1), 1, Activation.NONE), List.of(nodes.getLast().output()), "z"));
        Graph net = new Graph("window", List.of(new Value("x", shape)), nodes, List.of(nodes.getLast().output()), Map.of());
        Map<String, Tensor> in = PlainLoops.randomInputs(net, random.nextInt());
        float[] expected = Objects.requireNonNull(PlainLoops.run(net, in).get(net.outputs().getFirst())).values();
        int lanes = List.of(16, 8, 4, 1).get(random.nextInt(4)), threads = 1 + random.nextInt(3);
        float[] actual = new WatchedRun(Planner.plan(net, Machine.ofLanes(lanes), threads, false)).run(Objects.requireNonNull(in.get("x")).values());
        for (int i = 0; i < actual.length; i++)
            assertThat(actual[i]).as("%s on %s, %d lanes, %d threads, output %d", nodes, shape, lanes, threads, i).isCloseTo(expected[i], within(1e-3f));
    }

    private Shape shape() { return Shape.of(1 + random.nextInt(2), 1 + random.nextInt(5), 1 + random.nextInt(20), 1 + random.nextInt(45)); }

    private Window window() {
        int dilation = random.nextInt(4) == 0 ? 2 : 1, stride = 1 + random.nextInt(7) % 3;
        int columns = random.nextBoolean() ? 4 : 1;   // rows without padding leave no gap between them
        return new Window(1 + random.nextInt(5), 1 + random.nextInt(5), 1 + random.nextInt(3), stride, dilation, dilation,
                random.nextInt(4), random.nextInt(columns), random.nextInt(4), random.nextInt(columns));
    }

    private static boolean fits(Window w, Shape s) {
        return s.dim(2) + w.padTop() + w.padBottom() >= w.spanHeight() && s.dim(3) + w.padLeft() + w.padRight() >= w.spanWidth();
    }

    private Tensor weights(int... dims) { return PlainLoops.random(random, Shape.of(dims)); }
}

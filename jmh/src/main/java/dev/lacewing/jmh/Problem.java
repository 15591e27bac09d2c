package dev.lacewing.jmh;

import dev.lacewing.bench.LayerSteps;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** One layer with random weights, pruned. {@code toString} prints what {@link #parse} reads, so that it can be a parameter of a benchmark. */
record Problem(LayerShape shape, Pattern pattern, double sparsity) {
    private static final double TOLERANCE = 1e-4;

    static Problem parse(String text) {
        String[] parts = text.split(", ");
        if (parts.length != 3) throw new Malformed("expected a layer, a pattern and a sparsity, got '" + text + "'");
        return new Problem(LayerShape.parse(parts[0]), Pattern.parse(parts[1]), Double.parseDouble(parts[2]));
    }

    @Override
    public String toString() { return shape + ", " + pattern + ", " + sparsity; }

    Graph graph() {
        Random random = new Random(7);
        int fanIn = shape.depthwise() ? 1 : shape.in(), size = shape.out() * fanIn * shape.kernel() * shape.kernel();
        Tensor weight = new Tensor(Shape.of(shape.out(), fanIn, shape.kernel(), shape.kernel()), normal(size, random)), bias = new Tensor(Shape.of(shape.out()), normal(shape.out(), random));
        Window window = Window.square(shape.kernel(), shape.stride(), shape.kernel() / 2);
        Op conv = new Op.Conv(weight, bias, window, shape.depthwise() ? shape.in() : 1, Activation.RELU);
        Graph dense = new Graph("layer", List.of(new Value("x", Shape.of(1, shape.in(), shape.height(), shape.width()))), List.of(new Node("layer", conv, List.of("x"), "y")),
                List.of("y"), Map.of());
        return sparsity == 0 ? dense : Pruner.prune(dense, new Pruning(pattern, sparsity, Scope.ALL)).graph();
    }

    /** The kernel that the planner chooses. */
    String kernel() { return plan().layers().getFirst().kernel(); }

    /** By the rates that Lacewing brings along: it does not depend on what was measured on this machine before. */
    private Plan plan() { return Planner.plan(graph(), CostModel.shipped(Tier.current().name(), Tier.current().machine()), 1, false, Map.of()); }

    /** Two for each non-zero weight and each output pixel that it serves; windows over padding count in full. */
    double operations() { return 2.0 * conv(graph()).weight().nonzeros() * shape.outHeight() * shape.outWidth(); }

    /**
     * Ready to run, its result checked.
     *
     * @throws Failed if the kernels compute something else than nested loops do
     */
    LayerSteps open() {
        LayerSteps steps = new LayerSteps(plan(), Tier.current());
        float[] input = normal(shape.in() * shape.height() * shape.width(), new Random(8)), expected = loops(conv(graph()), input);
        steps.fill(input);
        steps.run();
        float[] actual = steps.output();
        double largest = 0, difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
        }
        if (difference <= TOLERANCE * largest) return steps;
        steps.close();
        throw new Failed(String.format(Locale.ROOT, "%s: the result differs by %.3g from nested loops, where the largest is %.3g", this, difference, largest));
    }

    private static Op.Conv conv(Graph graph) { return (Op.Conv) graph.nodes().getFirst().op(); }

    private static float[] normal(int size, Random random) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    private float[] loops(Op.Conv conv, float[] x) {
        int k = shape.kernel(), pad = k / 2, fanIn = shape.depthwise() ? 1 : shape.in(), h = shape.outHeight(), w = shape.outWidth();
        float[] weights = conv.weight().values(), y = new float[shape.out() * h * w];
        double[] plane = new double[h * w];
        for (int o = 0; o < shape.out(); o++) {
            java.util.Arrays.fill(plane, conv.bias().values()[o]);
            for (int c = 0; c < fanIn; c++) {
                int from = (shape.depthwise() ? o : c) * shape.height() * shape.width();
                for (int tap = 0; tap < k * k; tap++) {
                    double weight = weights[(o * fanIn + c) * k * k + tap];
                    if (weight != 0) add(plane, x, from, weight, tap / k - pad, tap % k - pad);
                }
            }
            for (int i = 0; i < plane.length; i++) y[o * plane.length + i] = (float) Math.max(0, plane[i]);
        }
        return y;
    }

    /** One tap's share of an output plane. */
    private void add(double[] plane, float[] x, int from, double weight, int dy, int dx) {
        for (int row = 0; row < shape.outHeight(); row++)
            for (int column = 0; column < shape.outWidth(); column++) {
                int inRow = row * shape.stride() + dy, inColumn = column * shape.stride() + dx;
                if (inRow >= 0 && inRow < shape.height() && inColumn >= 0 && inColumn < shape.width())
                    plane[row * shape.outWidth() + column] += weight * x[from + inRow * shape.width() + inColumn];
            }
    }
}

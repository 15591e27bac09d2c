package dev.lacewing.bench.compare;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.LayerSteps;
import dev.lacewing.bench.Turns;
import dev.lacewing.bench.compare.Measurement.Linearity;
import dev.lacewing.bench.compare.Measurement.Linearity.Point;
import dev.lacewing.bench.compare.Measurement.Method;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import dev.lacewing.plan.Plan;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How the time of one 1x1 convolution grows with its non-zeros: the same kernel at all sparsities, which take turns. */
final class LayerTimes {
    /** In a turn a layer runs often enough to have its own data in the caches. */
    private static final Turns TURNS = new Turns(10, 2);
    private static final int WARM_UP_RUNS = 500;
    private static final List<Double> SPARSITIES = List.of(.5, .55, .6, .65, .7, .75, .8, .85, .9, .95);
    private static final String LAYER = "layer";

    private LayerTimes() {}

    /** The formats to measure on this machine. */
    static List<Decision> decisions() {
        List<Decision> decisions = List.of(new Decision(Format.SPARSE, 1), new Decision(Format.BAKED, 1), new Decision(Format.SPARSE, 4), new Decision(Format.SPARSE, 8));
        return decisions.stream().filter(d -> d.format() != Format.BAKED || followed(d)).toList();
    }

    /** Whether this machine has a kernel for it. */
    private static boolean followed(Decision decision) {
        Graph small = layer(32, 14, new Pruning(Pattern.parse("unstructured"), 0.5, Scope.ALL));
        return decision.equals(new Model(small, Map.of(LAYER, decision)).plan(Options.defaults()).decisions().get(LAYER));
    }

    /** @throws Failed if the plan does not follow the decision */
    static Linearity linearity(Decision decision, Arguments arguments, Setting setting) {
        int channels = arguments.quick() ? 32 : 256, side = 14;
        String pattern = decision.rows() == 1 ? "unstructured" : "1x" + decision.rows();
        List<LayerSteps> layers = new ArrayList<>();
        List<Integer> nonZeros = new ArrayList<>();
        Map<String, Runnable> subjects = new LinkedHashMap<>();
        float[] input = normal(channels * side * side, 1);
        long bytes = 2L * Float.BYTES * input.length;
        try {
            for (double sparsity : SPARSITIES) {
                Graph graph = layer(channels, side, new Pruning(Pattern.parse(pattern), sparsity, Scope.ALL));
                nonZeros.add(((Op.Conv) graph.nodes().getFirst().op()).weight().nonzeros());
                Plan plan = new Model(graph, Map.of(LAYER, decision)).plan(Options.defaults());
                if (!decision.equals(plan.decisions().get(LAYER))) throw new Failed("the planner was to run the layer " + decision + ", but it chose " + plan.decisions().get(LAYER));
                if (layers.isEmpty()) bytes += plan.constants().bytes();
                LayerSteps steps = new LayerSteps(plan, Tier.current());
                layers.add(steps);
                steps.fill(input);
                subjects.put(String.valueOf(sparsity), steps::run);
            }
            List<Timing> timings = Interleaved.measure(subjects, TURNS, arguments.quick() ? 1 : WARM_UP_RUNS, arguments.runs());
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < timings.size(); i++) points.add(new Point(SPARSITIES.get(i), nonZeros.get(i), timings.get(i).medianMs()));
            return fitted("1x1, " + channels + " to " + channels + " channels, " + side + "x" + side, pattern, decision.format() == Format.BAKED ? "code" : "data", bytes >> 10, points,
                    Method.of(TURNS, arguments.runs()), setting);
        } finally {
            layers.forEach(LayerSteps::close);
        }
    }

    private static float[] normal(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    private static Graph layer(int channels, int side, Pruning pruning) {
        Tensor weight = new Tensor(Shape.of(channels, channels, 1, 1), normal(channels * channels, 2));
        Op conv = new Op.Conv(weight, Tensor.zeros(channels), Window.square(1, 1, 0), 1, Activation.RELU6);
        Graph dense = new Graph("layer", List.of(new Value("x", Shape.of(1, channels, side, side))), List.of(new Node(LAYER, conv, List.of("x"), "y")), List.of("y"), Map.of());
        return Pruner.prune(dense, pruning).graph();
    }

    /** Least squares of milliseconds over non-zeros. */
    static Linearity fitted(String layer, String pattern, String format, long kilobytes, List<Point> points, Method method, Setting setting) {
        double n = points.size(), x = points.stream().mapToDouble(Point::nonZeros).sum() / n, y = points.stream().mapToDouble(Point::ms).sum() / n, xx = 0, xy = 0, yy = 0;
        for (Point p : points) {
            xx += (p.nonZeros() - x) * (p.nonZeros() - x);
            xy += (p.nonZeros() - x) * (p.ms() - y);
            yy += (p.ms() - y) * (p.ms() - y);
        }
        double slope = xy / xx, intercept = y - slope * x, deviation = 0;
        for (Point p : points) deviation = Math.max(deviation, Math.abs(p.ms() / (intercept + slope * p.nonZeros()) - 1));
        return new Linearity(layer, pattern, format, kilobytes, xy * xy / (xx * yy), intercept, 1e6 * slope, deviation, points, method, setting);
    }
}

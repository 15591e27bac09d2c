package dev.lacewing.bench.compare;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.LayerSteps;
import dev.lacewing.bench.compare.Measurement.Linearity;
import dev.lacewing.bench.compare.Measurement.Linearity.Point;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.emit.Tier;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.plan.Decision;
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
    private static final int WARM_UP_SECONDS = 3;

    private LayerTimes() {}

    static Linearity linearity(int rows, Arguments arguments, Setting setting) {
        int channels = arguments.quick() ? 32 : 256, side = arguments.quick() ? 14 : 28;
        String pattern = rows == 1 ? "unstructured" : "1x" + rows;
        Map<String, LayerSteps> layers = new LinkedHashMap<>();
        List<Integer> nonZeros = new ArrayList<>();
        List<Double> sparsities = List.of(.5, .55, .6, .65, .7, .75, .8, .85, .9, .95);
        float[] input = normal(channels * side * side, 1);
        try {
            for (double sparsity : sparsities) {
                Graph graph = layer(channels, side, new Pruning(Pattern.parse(pattern), sparsity, Scope.ALL));
                nonZeros.add(((Op.Conv) graph.nodes().getFirst().op()).weight().nonzeros());
                LayerSteps steps = new LayerSteps(new Model(graph, Map.of("layer", new Decision(true, rows))).plan(Options.defaults()), Tier.current());
                steps.fill(input);
                layers.put(String.valueOf(sparsity), steps);
            }
            Map<String, Runnable> subjects = new LinkedHashMap<>();
            layers.forEach((name, steps) -> subjects.put(name, steps::run));
            for (long end = System.nanoTime() + (arguments.quick() ? 0 : WARM_UP_SECONDS * 1_000_000_000L); System.nanoTime() < end; ) subjects.values().forEach(Runnable::run);
            List<Timing> timings = Interleaved.measure(subjects, 20, arguments.rounds());
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < timings.size(); i++) points.add(new Point(sparsities.get(i), nonZeros.get(i), timings.get(i).medianMs()));
            return fitted("1x1, " + channels + " to " + channels + " channels, " + side + "x" + side, pattern, points, arguments.rounds(), setting);
        } finally {
            layers.values().forEach(LayerSteps::close);
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
        Graph dense = new Graph("layer", List.of(new Value("x", Shape.of(1, channels, side, side))), List.of(new Node("layer", conv, List.of("x"), "y")), List.of("y"), Map.of());
        return Pruner.prune(dense, pruning).graph();
    }

    /** Least squares of milliseconds over non-zeros. */
    static Linearity fitted(String layer, String pattern, List<Point> points, int rounds, Setting setting) {
        double n = points.size(), x = points.stream().mapToDouble(Point::nonZeros).sum() / n, y = points.stream().mapToDouble(Point::ms).sum() / n, xx = 0, xy = 0, yy = 0;
        for (Point p : points) {
            xx += (p.nonZeros() - x) * (p.nonZeros() - x);
            xy += (p.nonZeros() - x) * (p.ms() - y);
            yy += (p.ms() - y) * (p.ms() - y);
        }
        double slope = xy / xx;
        return new Linearity(layer, pattern, xy * xy / (xx * yy), y - slope * x, 1e6 * slope, points, rounds, setting);
    }
}

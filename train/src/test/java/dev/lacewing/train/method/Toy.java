package dev.lacewing.train.method;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.optimizer.Sgd;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** Small networks with random weights, and the steps of the training loop with made-up gradients that depend on the number of the step and on what the forward pass reads. */
final class Toy {
    static final int BATCH = 12;
    static final double RATE = 0.05;
    static final Sgd SGD = new Sgd(0.9, false, 1e-3, true);

    private Toy() {}

    /** 3x3 from 3 to 8 channels, depthwise, 1x1 to 16, 3x3 to 8, pooled, a matrix to 10. */
    static Graph convolutions() {
        Random random = new Random(5);
        List<Node> nodes = new ArrayList<>();
        nodes.add(conv("entry", random, "x", 8, 3, 3, 1));
        nodes.add(conv("depth", random, "entry", 8, 1, 3, 8));
        nodes.add(conv("point", random, "depth", 16, 8, 1, 1));
        nodes.add(conv("space", random, "point", 8, 16, 3, 1));
        nodes.add(new Node("pool", new Op.GlobalAveragePool(), List.of("space"), "pool"));
        nodes.add(new Node("flat", new Op.Reshape(Shape.of(1, 8)), List.of("pool"), "flat"));
        nodes.add(new Node("fc", new Op.Gemm(random(random, 10, 8), Tensor.zeros(10), Activation.NONE), List.of("flat"), "fc"));
        return new Graph("toy", List.of(new Value("x", Shape.of(1, 3, 6, 6))), nodes, List.of("fc"), Map.of());
    }

    /** A chain of matrices of these widths, each but the last followed by a ReLU. */
    static Graph chain(int... widths) {
        Random random = new Random(6);
        List<Node> nodes = new ArrayList<>();
        String last = "x";
        for (int l = 1; l < widths.length; l++) {
            nodes.add(new Node("fc" + l, new Op.Gemm(random(random, widths[l], widths[l - 1]), Tensor.zeros(widths[l]), Activation.NONE), List.of(last), "fc" + l));
            last = "fc" + l;
            if (l == widths.length - 1) break;
            nodes.add(new Node("relu" + l, new Op.Activate(Activation.RELU), List.of(last), "relu" + l));
            last = "relu" + l;
        }
        return new Graph("chain", List.of(new Value("x", Shape.of(1, widths[0]))), nodes, List.of(last), Map.of());
    }

    private static Node conv(String name, Random random, String input, int out, int in, int kernel, int groups) {
        return new Node(name, new Op.Conv(random(random, out, in, kernel, kernel), Tensor.zeros(out), Window.square(kernel, 1, kernel / 2), groups, Activation.NONE), List.of(input), name);
    }

    static Tensor random(Random random, int... dims) {
        Tensor tensor = Tensor.zeros(dims);
        for (int i = 0; i < tensor.size(); i++) tensor.values()[i] = (float) random.nextGaussian();
        return tensor;
    }

    /** With all weights in scope that are named so. */
    static Run run(Graph graph, int epochs, int stepsPerEpoch, long seed, String... layers) {
        Parameters parameters = Parameters.of(graph);
        return new Run(graph, parameters, java.util.Arrays.stream(layers).map(l -> parameters.get(l + "/weight")).toList(), epochs, stepsPerEpoch, seed);
    }

    /** A copy with everything that a checkpoint keeps. */
    static Run copy(Run run) {
        Parameters parameters = Parameters.of(run.graph());
        for (Parameter from : run.parameters().all()) {
            Parameter to = parameters.get(from.name());
            System.arraycopy(from.values(), 0, to.values(), 0, from.size());
            Mask mask = from.mask();
            if (mask != null) to.mask(new Mask(mask.kind(), mask.live().clone()));
            for (int s = 0; s < from.slots().size(); s++) System.arraycopy(from.slots().get(s), 0, to.slots(from.slots().size()).get(s), 0, from.size());
            from.notes().forEach((what, note) -> System.arraycopy(note, 0, to.note(what, note.length), 0, note.length));
        }
        return new Run(run.graph(), parameters, run.sparse().stream().map(p -> parameters.get(p.name())).toList(), run.epochs(), run.stepsPerEpoch(), run.seed());
    }

    /** Steps from {@code from} to before {@code to}. */
    static void train(Method method, Run run, long from, long to) { for (long s = from; s < to; s++) step(method, run, s); }

    /** @return whether the optimizer took its step */
    static boolean step(Method method, Run run, long number) {
        int epoch = (int) (number / run.stepsPerEpoch());
        if (number % run.stepsPerEpoch() == 0) method.beforeEpoch(run, epoch);
        Step before = new Step(number, epoch, BATCH, Map.of());
        method.beforeForward(run, before);
        gradients(run, number);
        Map<String, float[]> activations = new HashMap<>();
        for (String name : method.watched(run, number)) activations.put(name, activation(name, BATCH * run.graph().shape(name).size(), number));
        boolean optimise = method.afterBackward(run, new Step(number, epoch, BATCH, activations));
        if (optimise) SGD.step(run.parameters().all(), RATE, number);
        return optimise;
    }

    static void gradients(Run run, long number) {
        for (Parameter p : run.parameters().all()) {
            SplittableRandom random = new SplittableRandom(number * 31 + p.name().hashCode());
            float[] read = p.read();
            for (int i = 0; i < read.length; i++) p.gradient()[i] = (float) (random.nextGaussian() + 0.1 * read[i]);
        }
    }

    static float[] activation(String name, int size, long number) {
        SplittableRandom random = new SplittableRandom(number * 37 + name.hashCode());
        float[] values = new float[size];
        for (int i = 0; i < size; i++) values[i] = (float) Math.max(0, random.nextGaussian());
        return values;
    }

    static int living(Parameter p) { return Target.mask(p).count(); }

    /** Living weights of each run of {@code size} consecutive ones. */
    static int[] livingByRun(Parameter p, int size) {
        boolean[] live = Target.mask(p).live();
        int[] counts = new int[live.length / size];
        for (int i = 0; i < live.length; i++) if (live[i]) counts[i / size]++;
        return counts;
    }
}

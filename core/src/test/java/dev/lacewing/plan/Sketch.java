package dev.lacewing.plan;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small graphs by hand, on one input {@code x}. A weight is zero with the share given, in blocks of output channels. */
public final class Sketch {
    private final Random random = new Random(11);
    private final List<Node> nodes = new ArrayList<>();
    private final Value input;

    public Sketch(int... dims) { input = new Value("x", Shape.of(dims)); }

    private String node(String output, Op op, String... in) {
        nodes.add(new Node(output, op, List.of(in), output));
        return output;
    }

    public String conv(String output, String x, int in, int out, Window window, int groups) { return conv(output, x, in, out, window, groups, 0, 1); }

    public String pointwise(String output, String x, int in, int out, double zeros, int block) { return conv(output, x, in, out, Window.square(1, 1, 0), 1, zeros, block); }

    private String conv(String output, String x, int in, int out, Window w, int groups, double zeros, int block) {
        Tensor weight = Tensor.zeros(out, in / groups, w.kernelHeight(), w.kernelWidth());
        int columns = weight.size() / out;
        for (int row = 0; row < out; row += block)
            for (int c = 0; c < columns; c++) {
                boolean zero = random.nextDouble() < zeros;
                for (int r = row; r < Math.min(out, row + block); r++) weight.values()[r * columns + c] = zero ? 0 : 0.1f + random.nextFloat();
            }
        return node(output, new Op.Conv(weight, Tensor.zeros(out), w, groups, Activation.NONE), x);
    }

    public String add(String output, String a, String b) { return node(output, new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), a, b); }

    public String squeezeExcite(String output, String x, int channels, int reduced) {
        Tensor reduce = Tensor.zeros(reduced, channels), expand = Tensor.zeros(channels, reduced);
        for (int i = 0; i < reduce.size(); i++) reduce.values()[i] = expand.values()[i] = random.nextFloat();
        return node(output, new Op.SqueezeExcite(reduce, Tensor.zeros(reduced), Activation.NONE, expand, Tensor.zeros(channels), new Activation.Sigmoid()), x);
    }

    public String softmax(String output, String x) { return node(output, new Op.Softmax(1), x); }

    public Graph graph(String... outputs) { return new Graph("sketch", List.of(input), nodes, List.of(outputs), Map.of()); }
}

package dev.lacewing.train.parameter;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.parameter.Parameter.Role;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that training changes in a graph, by name and in the graph's order; copied out of the graph, and put back by {@link #into}. */
public final class Parameters {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private final Map<String, Statistics> statistics = new LinkedHashMap<>();

    private Parameters() {}

    public static Parameters of(Graph graph) {
        Parameters all = new Parameters();
        for (Node node : graph.nodes()) all.collect(node);
        return all;
    }

    public List<Parameter> all() { return List.copyOf(parameters.values()); }

    /** The weights of nodes, in the order of {@link #all()}; squeeze-and-excitation has two. */
    public List<Parameter> weightsOf(Set<String> nodes) { return parameters.values().stream().filter(p -> p.role() == Role.WEIGHT && nodes.contains(owners.get(p.name()))).toList(); }

    /** @throws Invalid if there is none of this name */
    public Parameter get(String name) {
        Parameter parameter = parameters.get(name);
        if (parameter == null) throw new Invalid("there is no parameter " + name + "; there are " + String.join(", ", parameters.keySet()));
        return parameter;
    }

    public List<Statistics> statistics() { return List.copyOf(statistics.values()); }

    /** @throws Invalid if the node has none */
    public Statistics statistics(String node) {
        Statistics found = statistics.get(node);
        if (found == null) throw new Invalid("the node " + node + " keeps no running statistics");
        return found;
    }

    /** The graph with copies of what the forward pass reads now. {@code graph} is the one they came from, or one with the same names and shapes. */
    public Graph into(Graph graph) { return graph.withNodes(graph.nodes().stream().map(n -> n.with(op(n))).toList()); }

    private void collect(Node node) {
        switch (node.op()) {
            case Op.Conv c -> {
                add(node, "weight", Role.WEIGHT, c.weight(), c.groups());
                add(node, "bias", Role.BIAS, c.bias(), 1);
                collect(node, c.activation());
            }
            case Op.Gemm g -> {
                add(node, "weight", Role.WEIGHT, g.weight(), 1);
                add(node, "bias", Role.BIAS, g.bias(), 1);
                collect(node, g.activation());
            }
            case Op.BatchNormalization b -> {
                add(node, "scale", Role.SCALE, b.scale(), 1);
                add(node, "shift", Role.SHIFT, b.shift(), 1);
                statistics.put(node.name(), new Statistics(node.name(), b.mean().values().clone(), b.variance().values().clone()));
            }
            case Op.SqueezeExcite s -> {
                add(node, "reduce/weight", Role.WEIGHT, s.reduce(), 1);
                add(node, "reduce/bias", Role.BIAS, s.reduceBias(), 1);
                collect(node, s.middle());
                add(node, "expand/weight", Role.WEIGHT, s.expand(), 1);
                add(node, "expand/bias", Role.BIAS, s.expandBias(), 1);
            }
            case Op.Activate a -> collect(node, a.activation());
            case Op.Binary b -> collect(node, b.activation());
            case Op.MatMul m -> {}
            case Op.Constant c -> {}
            case Op.Pool p -> {}
            case Op.GlobalAveragePool p -> {}
            case Op.ReduceMean r -> {}
            case Op.Concat c -> {}
            case Op.Reshape r -> {}
            case Op.Transpose t -> {}
            case Op.Slice s -> {}
            case Op.Pad p -> {}
            case Op.DepthToSpace d -> {}
            case Op.Resize r -> {}
            case Op.Softmax s -> {}
            case Op.Identity i -> {}
        }
    }

    private void collect(Node node, Activation activation) {
        if (activation instanceof Activation.PRelu p) add(node, "slopes", Role.SLOPE, p.slopes(), 1);
    }

    private void add(Node node, String what, Role role, Tensor tensor, int groups) {
        String name = node.name() + "/" + what;
        owners.put(name, node.name());
        parameters.put(name, new Parameter(name, role, tensor.shape(), groups, tensor.values().clone()));
    }

    private Op op(Node node) {
        return switch (node.op()) {
            case Op.Conv c -> new Op.Conv(now(node, "weight"), now(node, "bias"), c.window(), c.groups(), now(node, c.activation()));
            case Op.Gemm g -> new Op.Gemm(now(node, "weight"), now(node, "bias"), now(node, g.activation()));
            case Op.BatchNormalization b -> {
                Statistics s = statistics(node.name());
                yield new Op.BatchNormalization(now(node, "scale"), now(node, "shift"), new Tensor(b.mean().shape(), s.mean().clone()),
                        new Tensor(b.variance().shape(), s.variance().clone()), b.epsilon());
            }
            case Op.SqueezeExcite s -> new Op.SqueezeExcite(now(node, "reduce/weight"), now(node, "reduce/bias"), now(node, s.middle()),
                    now(node, "expand/weight"), now(node, "expand/bias"), s.gate());
            case Op.Activate a -> new Op.Activate(now(node, a.activation()));
            case Op.Binary b -> new Op.Binary(b.what(), now(node, b.activation()));
            default -> node.op();
        };
    }

    private Activation now(Node node, Activation activation) {
        return activation instanceof Activation.PRelu ? new Activation.PRelu(now(node, "slopes")) : activation;
    }

    private Tensor now(Node node, String what) {
        Parameter parameter = get(node.name() + "/" + what);
        return new Tensor(parameter.shape(), parameter.read().clone());
    }
}

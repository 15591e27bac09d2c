package dev.lacewing.train;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.prune.Scope;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.autograd.Autograd;
import dev.lacewing.train.autograd.Pass;
import dev.lacewing.train.autograd.Targets;
import dev.lacewing.train.autograd.TorchAutograd;
import dev.lacewing.train.data.Augmentation;
import dev.lacewing.train.data.Batches;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.parameter.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Puts batch normalisation back behind the convolutions of a trained network that has it folded into their weights: without it, fine-tuning at the usual rates diverges. Mean and
 * variance are those of each output channel over some batches, scale and shift undo them, so the network computes what it did.
 */
final class BatchNormalizations {
    private static final float EPSILON = 1e-5f;
    private static final int MEASURED = 1024;
    private static final double TINY = 1e-24;

    /** Images at most: the outputs of all convolutions are on the heap together. */
    private static final int AT_ONCE = 8;

    private BatchNormalizations() {}

    /**
     * Behind all convolutions but the classifier: logits are not to depend on the other images of a batch.
     *
     * @param graph for one image
     * @param data whose training images are passed through the network, about a thousand of them
     * @param batch images in a step of the training to come, at least 1; here as many or fewer at once
     * @throws Invalid if a convolution has its normalisation already, or there is none; or if a channel had a single value to normalise
     */
    static Graph insert(Graph graph, DataSet data, int batch, long seed) {
        if (areIn(graph)) throw new Invalid(graph.name() + " has batch normalisation already: leave batch_norm out");
        Graph open = opened(graph);
        Set<String> classifiers = Scope.classifiers(open);
        List<Node> convolutions = open.nodes().stream().filter(n -> n.op() instanceof Op.Conv && !classifiers.contains(n.name())).toList();
        if (convolutions.isEmpty()) throw new Invalid(graph.name() + " has no convolution that batch normalisation could follow: leave batch_norm out");
        for (Node conv : convolutions)
            if (batch * open.shape(conv.output()).size() == ((Op.Conv) conv.op()).outChannels())
                throw new Invalid("batch normalisation needs more than one value of a channel, and " + conv.name() + " gives one for each image: take batch: 2 or more");
        Map<String, Moments> moments = measure(open, convolutions, data, Math.min(Math.min(batch, AT_ONCE), data.train().count()), seed);
        return inserted(open, moments);
    }

    /** Whether a network has any. */
    static boolean areIn(Graph graph) { return graph.nodes().stream().anyMatch(n -> n.op() instanceof Op.BatchNormalization); }

    /** Convolutions' own activations become nodes. */
    private static Graph opened(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes())
            if (node.op() instanceof Op.Conv c && c.activation() != Activation.NONE) {
                String inner = node.output() + "/linear";
                nodes.add(new Node(node.name(), new Op.Conv(c.weight(), c.bias(), c.window(), c.groups(), Activation.NONE), node.inputs(), inner));
                nodes.add(new Node(node.name() + "/activation", new Op.Activate(c.activation()), List.of(inner), node.output()));
            } else nodes.add(node);
        return graph.withNodes(nodes);
    }

    private static Map<String, Moments> measure(Graph graph, List<Node> convolutions, DataSet data, int batch, long seed) {
        Map<String, Moments> moments = new LinkedHashMap<>();
        for (Node conv : convolutions) moments.put(conv.output(), new Moments(((Op.Conv) conv.op()).outChannels()));
        Batches batches = Batches.training(data.train(), data.normalisation(), Augmentation.NONE, batch, seed);
        float[] pixels = new float[batch * data.train().size()];
        int[] labels = new int[batch];
        try (Autograd autograd = new TorchAutograd(graph, Parameters.of(graph), 1)) {
            for (int k = 0; k < Math.min(Math.ceilDiv(MEASURED, batch), batches.count()); k++) {
                batches.read(0, k, pixels, labels);
                Pass pass = autograd.gradients(pixels, Targets.of(labels, data.classes(), 0), moments.keySet());
                moments.forEach((value, m) -> m.add(Objects.requireNonNull(pass.activations().get(value)), batch));
            }
        }
        return moments;
    }

    private static Graph inserted(Graph graph, Map<String, Moments> moments) {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Moments measured = moments.get(node.output());
            if (measured == null) {
                nodes.add(node);
            } else {
                Op.Conv conv = (Op.Conv) node.op();
                float factor = factor(conv.weight());
                String inner = node.output() + "/raw";
                nodes.add(new Node(node.name(), new Op.Conv(scaled(conv.weight(), factor), scaled(conv.bias(), factor), conv.window(), conv.groups(), Activation.NONE), node.inputs(), inner));
                nodes.add(new Node(node.name() + "/normalisation", measured.identity(factor), List.of(inner), node.output()));
            }
        }
        return graph.withNodes(nodes);
    }

    /**
     * What brings the filters of a layer, in root mean square, to the norm that He et al. (2015, arXiv 1502.01852) give fresh ones by their fan-in: the square root of 2. Behind a
     * normalisation the norm of a filter only decides how far a step of some rate turns it, and folded ones have any. Proportions within a layer stay; those between layers, by
     * which layers compete for what pruning leaves, become those of one over the square roots of their fan-ins. Of a layer that is all but zero: 1.
     */
    private static float factor(Tensor weight) {
        double squares = 0;
        for (float w : weight.values()) squares += (double) w * w;
        return squares < TINY ? 1 : (float) Math.sqrt(2 * weight.shape().dim(0) / squares);
    }

    private static Tensor scaled(Tensor x, float factor) {
        float[] values = x.values().clone();
        for (int i = 0; i < values.length; i++) values[i] *= factor;
        return new Tensor(x.shape(), values);
    }

    /** Of the channels of one value. */
    private static final class Moments {
        private final double[] sum, squares;
        private long count;

        Moments(int channels) {
            sum = new double[channels];
            squares = new double[channels];
        }

        /** @param x [images, channels, height, width] */
        void add(float[] x, int images) {
            int plane = x.length / images / sum.length;
            for (int i = 0; i < x.length; i++) {
                int channel = i / plane % sum.length;
                sum[channel] += x[i];
                squares[channel] += (double) x[i] * x[i];
            }
            count += (long) images * plane;
        }

        /** Of the values times {@code factor} it gives the values. */
        Op.BatchNormalization identity(float factor) {
            int channels = sum.length;
            float[] scale = new float[channels], shift = new float[channels], mean = new float[channels], variance = new float[channels];
            for (int c = 0; c < channels; c++) {
                double m = sum[c] / count, v = Math.max(0, squares[c] / count - m * m);
                shift[c] = (float) m;
                mean[c] = (float) (m * factor);
                variance[c] = (float) (v * factor * factor);
                scale[c] = (float) (Math.sqrt(variance[c] + (double) EPSILON) / factor);
            }
            return new Op.BatchNormalization(vector(scale), vector(shift), vector(mean), vector(variance), EPSILON);
        }

        private static Tensor vector(float[] values) { return new Tensor(Shape.of(values.length), values.clone()); }
    }
}

package dev.lacewing.jmh;

import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One convolution as a line of a list: {@code 3x3 in out height width stride}, or {@code depthwise5x5 ...}; height and width are the input's.
 *
 * @param kernel height and width of the window; it is padded so that stride 1 keeps the size
 */
record LayerShape(boolean depthwise, int kernel, int in, int out, int height, int width, int stride) {
    /** Each has a file {@code NAME.txt}. */
    static final List<String> NETWORKS = List.of("mobilenet_v1", "mobilenet_v2", "efficientnet_b0", "resnet50", "hand_landmark", "reference");

    private static final String DEPTHWISE = "depthwise";

    /** The shapes of a network's list. */
    static List<LayerShape> of(String network) {
        try (InputStream in = LayerShape.class.getResourceAsStream(network + ".txt")) {
            if (in == null) throw new Malformed("there is no list of layers for " + network + "; there are lists for " + NETWORKS);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).map(LayerShape::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws Malformed unless {@code text} is what {@link #toString} prints */
    static LayerShape parse(String text) {
        try {
            String[] words = text.strip().split(" +");
            boolean depthwise = words[0].startsWith(DEPTHWISE);
            int kernel = Integer.parseInt(words[0].substring(words[0].indexOf('x') + 1));
            LayerShape shape = new LayerShape(depthwise, kernel, Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]),
                    Integer.parseInt(words[5]));
            if (shape.toString().equals(String.join(" ", words))) return shape;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // said below
        }
        throw new Malformed("expected a layer like '3x3 64 128 56 56 1' (window, inputs, outputs, height, width, stride), got '" + text + "'");
    }

    /** All 1x1, 3x3 and depthwise convolutions of a graph, each shape once, in the order of the layers. */
    static List<LayerShape> in(Graph graph) {
        Map<LayerShape, Boolean> shapes = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Conv conv)) continue;
            int kernel = conv.window().kernelHeight();
            boolean square = kernel == conv.window().kernelWidth() && conv.window().strideHeight() == conv.window().strideWidth();
            if (!square || !(conv.isDepthwise() || conv.groups() == 1 && (kernel == 1 || kernel == 3))) continue;
            Shape x = graph.shape(node.input());
            shapes.put(new LayerShape(conv.isDepthwise(), kernel, x.dim(1), conv.outChannels(), x.dim(2), x.dim(3), conv.window().strideHeight()), true);
        }
        return new ArrayList<>(shapes.keySet());
    }

    int outHeight() { return (height - 1) / stride + 1; }

    int outWidth() { return (width - 1) / stride + 1; }

    @Override
    public String toString() { return (depthwise ? DEPTHWISE : "") + kernel + "x" + kernel + " " + in + " " + out + " " + height + " " + width + " " + stride; }
}

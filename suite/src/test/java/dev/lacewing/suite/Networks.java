package dev.lacewing.suite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Small networks with the joints of the large ones. Each returns the value to be the last output and may declare outputs on its way. */
final class Networks {
    private Networks() {}

    private static String image(Net net, Draw draw, int channels) { return net.input(draw.values(Shape.of(draw.batch(), channels, draw.between(5, 17), draw.between(5, 17)))); }

    private static int channels(Net net, String x) { return net.shape(x).dim(1); }

    private static String classifier(Net net, Draw draw, String x) {
        String pooled = draw.chance(0.5) ? net.add(new Op.GlobalAveragePool(), x) : net.add(new Op.ReduceMean(List.of(2, 3), true), x);
        String flat = net.add(new Op.Reshape(Shape.of(net.shape(x).dim(0), channels(net, x))), pooled);
        String scores = net.add(draw.gemm(channels(net, x), draw.between(2, 20), Activation.NONE), flat);
        return draw.chance(0.5) ? net.add(new Op.Softmax(1), scores) : scores;
    }

    /** Expand, depthwise, project, and add where the shapes allow (MobileNetV2). */
    static String invertedResiduals(Net net, Draw draw) {
        String x = net.add(draw.conv(3, draw.between(4, 16), Window.square(3, draw.between(1, 2), 1), 1), image(net, draw, 3));
        for (int i = draw.between(1, 3); i > 0; i--) x = invertedResidual(net, draw, x);
        return draw.chance(0.6) ? classifier(net, draw, x) : x;
    }

    private static String invertedResidual(Net net, Draw draw, String x) {
        int in = channels(net, x), wide = in * draw.between(1, 3), stride = draw.chance(0.7) ? 1 : 2;
        String y = net.add(draw.pointwise(in, wide), x);
        y = net.add(draw.depthwise(wide, draw.oneOf(3, 5), stride), y);
        boolean adds = stride == 1 && draw.chance(0.7);
        Op.Conv project = draw.pointwise(wide, adds ? in : draw.between(4, 24));
        y = net.add(new Op.Conv(project.weight(), project.bias(), project.window(), 1, Activation.NONE), y);
        if (!adds) return y;
        Activation after = draw.oneOf(Activation.NONE, Activation.RELU);
        return draw.chance(0.5) ? net.add(new Op.Binary(Op.Arithmetic.ADD, after), x, y) : net.add(new Op.Binary(Op.Arithmetic.ADD, after), y, x);
    }

    /** One squeezed value read by two branches that are concatenated, pooling between (SqueezeNet). */
    static String fire(Net net, Draw draw) {
        String x = image(net, draw, draw.between(3, 16));
        for (int i = draw.between(1, 3); i > 0; i--) {
            String squeezed = net.add(draw.pointwise(channels(net, x), draw.between(2, 8)), x);
            int in = channels(net, squeezed);
            String left = net.add(draw.pointwise(in, draw.between(3, 12)), squeezed);
            String right = net.add(draw.conv(in, draw.between(3, 12), Window.square(3, 1, 1), 1), squeezed);
            x = net.add(new Op.Concat(1), left, right);
            if (draw.chance(0.3)) net.output(left);
            Shape s = net.shape(x);
            if (Math.min(s.dim(2), s.dim(3)) >= 3 && draw.chance(0.6)) x = net.add(new Op.Pool(draw.oneOf(Op.PoolKind.values()), Window.square(3, 2, 0), draw.chance(0.5), true), x);
        }
        return draw.chance(0.5) ? classifier(net, draw, x) : x;
    }

    /** Two convolutions with unfolded batch normalisation and a shortcut, by identity or by projection (ResNet). */
    static String residuals(Net net, Draw draw) {
        String x = image(net, draw, draw.between(3, 12));
        for (int i = draw.between(1, 2); i > 0; i--) {
            int in = channels(net, x), out = draw.chance(0.5) ? in : draw.between(4, 16), stride = out == in ? 1 : 2;
            String y = normalised(net, draw, x, out, 3, stride);
            y = net.add(new Op.Activate(Activation.RELU), y);
            y = normalised(net, draw, y, out, 3, 1);
            String shortcut = stride == 1 ? x : normalised(net, draw, x, out, 1, stride);
            x = net.add(new Op.Activate(Activation.RELU), net.add(new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), y, shortcut));
            if (draw.chance(0.3)) net.output(x);
        }
        return draw.chance(0.5) ? classifier(net, draw, x) : x;
    }

    private static String normalised(Net net, Draw draw, String x, int out, int kernel, int stride) {
        Op.Conv conv = draw.conv(channels(net, x), out, Window.square(kernel, stride, kernel / 2), 1);
        return net.add(draw.batchNormalization(out), net.add(new Op.Conv(conv.weight(), conv.bias(), conv.window(), 1, Activation.NONE), x));
    }

    /** Convolutions of every window at one resolution, each added to some value before it or after it, with any activation; sums and what is added are read on. */
    static String shortcuts(Net net, Draw draw) {
        List<String> values = new ArrayList<>(List.of(image(net, draw, draw.between(1, 20))));
        int c = channels(net, values.getFirst());
        for (int i = draw.between(2, 5); i > 0; i--) {
            int kernel = draw.oneOf(1, 1, 3, 5);
            Op.Conv conv = draw.conv(c, c, Window.square(kernel, 1, kernel / 2), kernel > 1 && c > 1 && draw.chance(0.3) ? c : 1);
            if (draw.chance(0.8)) conv = new Op.Conv(conv.weight(), conv.bias(), conv.window(), conv.groups(), Activation.NONE);
            String y = net.add(conv, values.getLast()), other = draw.chance(0.8) ? draw.oneOf(values) : draw.chance(0.5) ? y : net.add(draw.pointwise(c, c), draw.oneOf(values));
            Op.Binary add = new Op.Binary(Op.Arithmetic.ADD, draw.activation(c));
            String sum = draw.chance(0.5) ? net.add(add, y, other) : net.add(add, other, y);
            if (draw.chance(0.1)) net.output(y);
            values.add(sum);
        }
        return values.getLast();
    }

    /** Depthwise, squeeze-and-excite, project (MobileNetV3, EfficientNet). */
    static String attention(Net net, Draw draw) {
        String x = image(net, draw, draw.between(4, 16));
        for (int i = draw.between(1, 2); i > 0; i--) {
            String y = net.add(draw.pointwise(channels(net, x), draw.between(6, 30)), x);
            y = net.add(draw.depthwise(channels(net, y), draw.oneOf(3, 5), draw.between(1, 2)), y);
            y = net.add(draw.squeezeExcite(channels(net, y)), y);
            x = net.add(draw.pointwise(channels(net, y), draw.between(4, 16)), y);
        }
        return draw.chance(0.5) ? classifier(net, draw, x) : x;
    }

    /** Convolutions at one resolution, the last one's channels laid out as pixels (ESPCN), beside an upsampled copy of the input. */
    static String superResolution(Net net, Draw draw) {
        int block = draw.between(2, 3), colours = draw.oneOf(1, 3);
        String image = image(net, draw, colours), x = net.add(draw.conv(colours, draw.between(4, 16), Window.square(5, 1, 2), 1), image);
        for (int i = draw.between(0, 2); i > 0; i--) x = net.add(draw.conv(channels(net, x), draw.between(4, 16), Window.square(3, 1, 1), 1), x);
        x = net.add(draw.conv(channels(net, x), colours * block * block, Window.square(3, 1, 1), 1), x);
        x = net.add(new Op.DepthToSpace(block, draw.oneOf(Op.DepthOrder.values())), x);
        if (draw.chance(0.5)) return x;
        Shape large = net.shape(x);
        Op.ResizeMode mode = draw.oneOf(Op.ResizeMode.values());
        String copy = net.add(new Op.Resize(large.dim(2), large.dim(3), block, block, mode, Op.Coordinates.HALF_PIXEL, Op.NearestMode.ROUND_PREFER_FLOOR), image);
        return net.add(new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), x, copy);
    }

    /** Planes flattened into a classifier: the padding between rows and planes must not show. */
    static String flattened(Net net, Draw draw) {
        String x = net.add(draw.conv(3, draw.between(3, 9), Window.square(3, 2, 1), 1), image(net, draw, 3));
        if (draw.chance(0.5)) x = net.add(draw.depthwise(channels(net, x), 3, 1), x);
        Shape s = net.shape(x);
        if (draw.chance(0.3)) {
            x = net.add(new Op.Transpose(List.of(0, 2, 3, 1)), x);
            if (draw.chance(0.5)) net.output(x);
        }
        int pixels = s.size() / s.dim(0);
        x = net.add(new Op.Reshape(Shape.of(s.dim(0), pixels)), x);
        x = net.add(draw.gemm(pixels, draw.between(5, 20), draw.oneOf(Activation.RELU, new Activation.Tanh())), x);
        x = net.add(draw.gemm(net.shape(x).dim(1), draw.between(1, 12), Activation.NONE), x);
        return draw.chance(0.5) ? net.add(new Op.Activate(new Activation.Sigmoid()), x) : x;
    }

    /** Down, up, and a skip across (U-Net); the lowest level is an output of its own. */
    static String hourglass(Net net, Draw draw) {
        String top = net.add(draw.conv(3, draw.between(4, 12), Window.square(3, 1, 1), 1), image(net, draw, 3));
        String low = net.add(new Op.Pool(Op.PoolKind.MAX, Window.square(2, 2, 0), true, false), top);
        low = net.add(draw.pointwise(channels(net, low), draw.between(4, 16)), low);
        net.output(low);
        Shape large = net.shape(top), small = net.shape(low);
        String up = net.add(new Op.Resize(large.dim(2), large.dim(3), (float) large.dim(2) / small.dim(2), (float) large.dim(3) / small.dim(3), Op.ResizeMode.LINEAR,
                draw.oneOf(Op.Coordinates.values()), Op.NearestMode.FLOOR), low);
        String joined = draw.chance(0.5) ? net.add(new Op.Concat(1), top, up) : net.add(new Op.Concat(1), up, top, up);
        return net.add(draw.pointwise(channels(net, joined), draw.between(1, 9)), joined);
    }

    /** Any op on any value so far: values with several readers, outputs that are read on, an input read by many. */
    static String tangle(Net net, Draw draw) {
        List<String> values = new ArrayList<>(List.of(image(net, draw, draw.between(1, 12))));
        if (draw.chance(0.3)) values.add(net.input(draw.values(net.shape(values.getFirst()))));
        for (int i = draw.between(3, 10); i > 0; i--) values.add(step(net, draw, values));
        for (String v : values) if (v.startsWith("v") && (!net.isConsumed(v) || draw.chance(0.25))) net.output(v);
        return values.getLast();
    }

    private static String step(Net net, Draw draw, List<String> values) {
        String x = draw.chance(0.5) ? values.getLast() : draw.oneOf(values);
        Shape s = net.shape(x);
        int c = s.dim(1);
        List<String> same = values.stream().filter(v -> net.shape(v).equals(s)).toList();
        List<String> stackable = values.stream().filter(v -> net.shape(v).with(1, 1).equals(s.with(1, 1))).toList();
        return switch (draw.between(0, 15)) {
            case 0, 1, 2 -> net.add(draw.pointwise(c, draw.between(1, 20)), x);
            case 3, 4 -> net.add(draw.depthwise(c, draw.oneOf(3, 5), draw.oneOf(1, 1, 2)), x);
            case 5 -> net.add(draw.conv(c, draw.between(1, 12), Window.square(3, draw.oneOf(1, 2), 1), 1), x);
            case 6 -> net.add(new Op.Binary(draw.oneOf(Op.Arithmetic.ADD, Op.Arithmetic.SUB), draw.oneOf(Activation.NONE, Activation.RELU)), x, draw.oneOf(same));
            case 7 -> net.add(new Op.Binary(Op.Arithmetic.MUL, Activation.RELU6), x, draw.oneOf(same));
            case 8 -> c > 30 ? net.add(new Op.Identity(), x) : net.add(new Op.Concat(1), IntStream.range(0, draw.between(2, 3)).mapToObj(i -> i == 0 ? x : draw.oneOf(stackable))
                    .toArray(String[]::new));
            case 9 -> net.add(new Op.Pool(draw.oneOf(Op.PoolKind.values()), Window.square(3, draw.oneOf(1, 2), 1), false, draw.chance(0.5)), x);
            case 10 -> net.add(new Op.Activate(draw.activation(c)), x);
            case 11 -> net.add(draw.batchNormalization(c), x);
            case 12 -> net.add(draw.squeezeExcite(c), x);
            case 13 -> net.add(new Op.Identity(), x);
            case 14 -> net.add(new Op.Pad(List.of(0, 0, 1, 0), List.of(0, 0, 0, 2), Op.PadMode.EDGE, 0), x);
            case 15 -> net.add(new Op.Binary(Op.Arithmetic.MUL, Activation.NONE), x, net.add(new Op.GlobalAveragePool(), x));
            default -> throw new IllegalStateException();
        };
    }
}

package dev.lacewing.suite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Shapes;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Random problems: a family and a seed give one graph with its inputs. Families of one op stand here, whole networks in {@link Networks}. */
final class Problems {
    private Problems() {}

    enum Family {
        POINTWISE, DEPTHWISE, ENTRY, CONV, GROUPED, GEMM, MATMUL, BATCH_NORMALIZATION, ACTIVATE, BINARY, POOL, GLOBAL_AVERAGE_POOL, REDUCE_MEAN, SQUEEZE_EXCITE,
        CONCAT, RESHAPE, TRANSPOSE, SLICE, PAD, DEPTH_TO_SPACE, RESIZE, SOFTMAX, INVERTED_RESIDUALS, FIRE, RESIDUALS, ATTENTION, SUPER_RESOLUTION, FLATTENED, HOURGLASS,
        TANGLE, SHORTCUTS, COMBINATIONS;

        /** Of several nodes. */
        boolean isNetwork() { return compareTo(INVERTED_RESIDUALS) >= 0; }
    }

    /** Products that the reference computes for one convolution at most. */
    private static final long BUDGET = 300_000;

    /**
     * {@code count} problems of a family, but each of {@link Combinations}, which are not random, once; the system property {@code lacewing.suite.seed} moves all seeds (0 by default), and {@code lacewing.suite.problem} keeps one
     * problem alone.
     */
    static List<Problem> several(Family family, int count) {
        String alone = System.getProperty("lacewing.suite.problem");
        if (alone != null && !alone.isEmpty()) {
            String[] parts = alone.split("#", 2);
            return parts[0].equals(family.name()) ? List.of(one(family, Long.parseLong(parts[1]))) : List.of();
        }
        if (family == Family.COMBINATIONS) return LongStream.range(0, Combinations.COUNT).mapToObj(seed -> one(family, seed)).toList();
        long first = Long.getLong("lacewing.suite.seed", 0);
        return LongStream.range(first, first + count).mapToObj(seed -> one(family, seed)).toList();
    }

    static Problem one(Family family, long seed) {
        Draw draw = new Draw(seed * 64 + family.ordinal());
        Net net = new Net();
        if (family == Family.COMBINATIONS) {
            Combinations.add(net, draw, (int) seed);
            return net.problem(family, seed);
        }
        String last = switch (family) {
            case POINTWISE -> conv(net, draw, 1, 1, false);
            case DEPTHWISE -> depthwise(net, draw);
            case ENTRY -> entry(net, draw);
            case CONV -> conv(net, draw, 7, 1, true);
            case GROUPED -> conv(net, draw, 5, 6, true);
            case GEMM -> gemm(net, draw);
            case MATMUL -> matMul(net, draw);
            case BATCH_NORMALIZATION -> {
                Shape shape = draw.shape(draw.between(2, 4), 5000);
                yield net.add(draw.batchNormalization(shape.dim(1)), net.input(draw.values(shape)));
            }
            case ACTIVATE -> {
                Shape shape = draw.shape(draw.between(1, 5), 5000);
                yield net.add(new Op.Activate(draw.activation(shape.rank() < 2 ? 1 : shape.dim(1))), net.input(draw.values(shape)));
            }
            case BINARY -> binary(net, draw);
            case POOL -> pool(net, draw);
            case GLOBAL_AVERAGE_POOL -> net.add(new Op.GlobalAveragePool(), net.input(draw.values(draw.image())));
            case REDUCE_MEAN -> reduceMean(net, draw);
            case SQUEEZE_EXCITE -> {
                Shape shape = Shape.of(draw.batch(), draw.channels(), draw.between(1, 17), draw.between(1, 17));
                yield net.add(draw.squeezeExcite(shape.dim(1)), net.input(draw.values(shape)));
            }
            case CONCAT -> concat(net, draw);
            case RESHAPE -> reshape(net, draw);
            case TRANSPOSE -> {
                Shape shape = draw.shape(draw.between(1, 5), 4000);
                yield net.add(new Op.Transpose(permutation(draw, shape.rank())), net.input(draw.values(shape)));
            }
            case SLICE -> slice(net, draw);
            case PAD -> pad(net, draw);
            case DEPTH_TO_SPACE -> {
                int block = draw.between(1, 4);
                Shape shape = Shape.of(draw.batch(), block * block * draw.between(1, 5), draw.between(1, 17), draw.between(1, 17));
                yield net.add(new Op.DepthToSpace(block, draw.oneOf(Op.DepthOrder.values())), net.input(draw.values(shape)));
            }
            case RESIZE -> {
                Shape shape = Shape.of(draw.batch(), draw.between(1, 9), draw.between(1, 17), draw.between(1, 17));
                yield net.add(resize(draw, shape), net.input(draw.values(shape)));
            }
            case SOFTMAX -> {
                Shape shape = draw.shape(draw.between(1, 4), 3000);
                yield net.add(new Op.Softmax(draw.between(0, shape.rank() - 1)), net.input(draw.values(shape)));
            }
            case INVERTED_RESIDUALS -> Networks.invertedResiduals(net, draw);
            case FIRE -> Networks.fire(net, draw);
            case RESIDUALS -> Networks.residuals(net, draw);
            case ATTENTION -> Networks.attention(net, draw);
            case SUPER_RESOLUTION -> Networks.superResolution(net, draw);
            case FLATTENED -> Networks.flattened(net, draw);
            case HOURGLASS -> Networks.hourglass(net, draw);
            case TANGLE -> Networks.tangle(net, draw);
            case SHORTCUTS -> Networks.shortcuts(net, draw);
            case COMBINATIONS -> throw new IllegalStateException();
        };
        net.output(last);
        return net.problem(family, seed);
    }

    private static String conv(Net net, Draw draw, int largest, int groups, boolean dilated) {
        while (true) {
            int g = groups == 1 ? 1 : draw.between(2, groups);
            Shape x = draw.image().with(1, g == 1 ? draw.channels() : g * draw.between(1, 7));
            int out = g == 1 ? draw.channels() : g * draw.between(1, 7);
            Window w = largest == 1 ? pointwise(draw) : draw.window(x.dim(2), x.dim(3), largest, dilated);
            if ((long) w.apply(x, out).size() * w.kernelHeight() * w.kernelWidth() * x.dim(1) / g > BUDGET) continue;
            return net.add(draw.conv(x.dim(1), out, w, g), net.input(draw.values(x)));
        }
    }

    /** Nearly always the plain one; a strided or padded 1x1 is another matter. */
    private static Window pointwise(Draw draw) {
        return draw.chance(0.85) ? Window.square(1, 1, 0) : Window.square(1, draw.between(1, 2), draw.between(0, 1));
    }

    private static String depthwise(Net net, Draw draw) {
        while (true) {
            int kernel = draw.oneOf(3, 3, 5, 5, 1, 7, 2), stride = draw.oneOf(1, 2), multiplier = draw.chance(0.2) ? draw.between(2, 3) : 1;
            Shape x = draw.image().with(1, draw.between(2, 20));
            Window w = draw.chance(0.6) ? Window.square(kernel, stride, kernel / 2) : draw.window(x.dim(2), x.dim(3), 7, true);
            if (x.dim(2) + w.padTop() + w.padBottom() < w.spanHeight() || x.dim(3) + w.padLeft() + w.padRight() < w.spanWidth()) continue;
            int out = x.dim(1) * multiplier;
            if ((long) w.apply(x, out).size() * w.kernelHeight() * w.kernelWidth() > BUDGET) continue;
            return net.add(draw.conv(x.dim(1), out, w, x.dim(1)), net.input(draw.values(x)));
        }
    }

    /** The first layer of a network: few input channels, a strided square window. */
    private static String entry(Net net, Draw draw) {
        int kernel = draw.oneOf(3, 3, 3, 5, 7), out = draw.oneOf(8, 13, 16, 24, 32);
        Shape x = Shape.of(draw.batch(), draw.oneOf(1, 3, 3, 4), draw.between(7, 21), draw.between(7, 33));
        int before = kernel / 2 - draw.between(0, 1), after = kernel / 2;
        Window w = new Window(kernel, kernel, 2, 2, 1, 1, before, before, after, after);
        return net.add(draw.conv(x.dim(1), out, draw.chance(0.2) ? Window.square(kernel, 1, kernel / 2) : w, 1), net.input(draw.values(x)));
    }

    private static String gemm(Net net, Draw draw) {
        int in = draw.between(1, 70), out = draw.between(1, 70);
        Shape x = switch (draw.between(0, 9)) {
            case 0 -> Shape.of(in);
            case 1 -> Shape.of(draw.between(1, 3), draw.between(1, 5), in);
            case 2, 3 -> Shape.of(draw.batch(), draw.between(1, 5), draw.between(1, 5), in);
            case 4 -> Shape.of(draw.batch(), draw.between(1, 3), draw.between(1, 3), draw.between(1, 3), in);
            default -> Shape.of(draw.batch(), in);
        };
        int channels = x.rank() < 2 ? 1 : x.rank() == 2 ? out : x.dim(1);
        return net.add(draw.gemm(in, out, draw.activation(channels)), net.input(draw.values(x)));
    }

    private static String matMul(Net net, Draw draw) {
        int m = draw.between(1, 17), k = draw.between(1, 17), n = draw.between(1, 17);
        List<Integer> lead = draw.shape(draw.between(0, 2), 12).dims(), left = new ArrayList<>(), right = new ArrayList<>();
        for (int d : lead) {
            left.add(draw.chance(0.2) ? 1 : d);
            right.add(draw.chance(0.2) ? 1 : d);
        }
        if (!right.isEmpty() && draw.chance(0.2)) right.removeFirst();
        Collections.addAll(left, m, k);
        Collections.addAll(right, k, n);
        return net.add(new Op.MatMul(), net.input(draw.values(new Shape(left))), net.input(draw.values(new Shape(right))));
    }

    private static String binary(Net net, Draw draw) {
        Op.Arithmetic what = draw.oneOf(Op.Arithmetic.values());
        Shape a = draw.shape(draw.between(1, 4), 4000), b = a;
        if (draw.chance(0.6)) {
            int[] dims = a.toArray();
            for (int i = 0; i < dims.length; i++) if (draw.chance(0.5)) dims[i] = 1;
            b = Shape.of(draw.chance(0.3) ? Arrays.copyOfRange(dims, draw.between(0, dims.length), dims.length) : dims);
        }
        boolean swap = draw.chance(0.3);
        Shape left = swap ? b : a, right = swap ? a : b, out = Shapes.broadcast(a, b);
        Tensor divisor = draw.awayFromZero(right);
        String x = net.input(draw.values(left)), y = draw.chance(0.5) ? net.input(divisor) : net.add(new Op.Constant(divisor));
        Activation activation = draw.chance(0.5) ? Activation.NONE : draw.activation(out.rank() < 2 ? 1 : out.dim(1));
        return net.add(new Op.Binary(what, activation), x, y);
    }

    static String pool(Net net, Draw draw) {
        while (true) {
            Shape x = draw.image().with(1, draw.between(1, 20));
            Window w = draw.chance(0.3) ? Window.square(draw.between(2, 3), 2, 0) : draw.window(x.dim(2), x.dim(3), 5, true);
            Op.Pool pool = new Op.Pool(draw.oneOf(Op.PoolKind.values()), w, draw.chance(0.3), draw.chance(0.5));
            if (w.spanHeight() > x.dim(2) + w.padTop() + w.padBottom() || w.spanWidth() > x.dim(3) + w.padLeft() + w.padRight()) continue;
            if (Math.max(w.padTop(), w.padBottom()) >= w.kernelHeight() || Math.max(w.padLeft(), w.padRight()) >= w.kernelWidth()) continue;
            if (seesNothing(x.dim(2), w.kernelHeight(), w.strideHeight(), w.dilationHeight(), w.padTop(), w.padBottom())) continue;
            if (seesNothing(x.dim(3), w.kernelWidth(), w.strideWidth(), w.dilationWidth(), w.padLeft(), w.padRight())) continue;
            return net.add(pool, net.input(draw.values(x)));
        }
    }

    /** Whether some window position meets padding only: its maximum and average are not defined. */
    private static boolean seesNothing(int extent, int kernel, int stride, int dilation, int before, int after) {
        return IntStream.iterate(-before, start -> start < extent + after, start -> start + stride)
                .anyMatch(start -> IntStream.range(0, kernel).map(k -> start + k * dilation).noneMatch(p -> p >= 0 && p < extent));
    }

    private static String reduceMean(Net net, Draw draw) {
        Shape shape = draw.shape(draw.between(1, 4), 4000);
        List<Integer> axes = IntStream.range(0, shape.rank()).filter(a -> draw.chance(0.5)).boxed().toList();
        if (axes.isEmpty()) axes = List.of(draw.between(0, shape.rank() - 1));
        return net.add(new Op.ReduceMean(axes, draw.chance(0.5)), net.input(draw.values(shape)));
    }

    private static String concat(Net net, Draw draw) {
        Shape shape = draw.shape(draw.between(1, 4), 2000);
        int axis = draw.chance(0.6) ? Math.min(1, shape.rank() - 1) : draw.between(0, shape.rank() - 1);
        String[] parts = IntStream.range(0, draw.between(1, 4)).mapToObj(i -> net.input(draw.values(shape.with(axis, draw.between(1, 9))))).toArray(String[]::new);
        return net.add(new Op.Concat(axis), parts);
    }

    private static String reshape(Net net, Draw draw) {
        Shape shape = draw.shape(draw.between(1, 4), 4000);
        List<Integer> dims = new ArrayList<>(shape.dims());
        for (int i = draw.between(0, 3); i > 0; i--) {
            if (dims.size() > 1 && draw.chance(0.5)) {
                int at = draw.between(0, dims.size() - 2);
                dims.set(at, dims.get(at) * dims.remove(at + 1));
            } else {
                dims.add(draw.between(0, dims.size()), 1);
            }
        }
        return net.add(new Op.Reshape(new Shape(dims)), net.input(draw.values(shape)));
    }

    private static List<Integer> permutation(Draw draw, int rank) {
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(axes, new Random(draw.between(0, 1 << 20)));
        return axes;
    }

    private static String slice(Net net, Draw draw) {
        Shape shape = draw.shape(draw.between(1, 4), 4000);
        List<Integer> starts = new ArrayList<>(), steps = new ArrayList<>(), sizes = new ArrayList<>();
        for (int extent : shape.dims()) {
            int start = draw.between(0, extent - 1), step = draw.oneOf(1, 1, 1, 2, 3, -1, -2);
            int most = step > 0 ? (extent - 1 - start) / step + 1 : start / -step + 1;
            starts.add(start);
            steps.add(step);
            sizes.add(draw.between(1, most));
        }
        return net.add(new Op.Slice(starts, steps, sizes), net.input(draw.values(shape)));
    }

    private static String pad(Net net, Draw draw) {
        Shape shape = draw.shape(draw.between(1, 4), 2000);
        Op.PadMode mode = draw.oneOf(Op.PadMode.values());
        List<Integer> before = new ArrayList<>(), after = new ArrayList<>();
        for (int extent : shape.dims()) {
            int most = mode == Op.PadMode.REFLECT ? Math.min(3, extent - 1) : 3;
            before.add(draw.between(0, most));
            after.add(draw.between(0, most));
        }
        return net.add(new Op.Pad(before, after, mode, draw.chance(0.5) ? 0 : -1.5f), net.input(draw.values(shape)));
    }

    /** By whole factors (the common case), or to any size. */
    static Op.Resize resize(Draw draw, Shape x) {
        int height = draw.between(1, 33), width = draw.between(1, 33);
        if (draw.chance(0.5)) {
            int factor = draw.between(1, 3);
            height = x.dim(2) * factor;
            width = x.dim(3) * factor;
        }
        return new Op.Resize(height, width, (float) height / x.dim(2), (float) width / x.dim(3), draw.oneOf(Op.ResizeMode.values()), draw.oneOf(Op.Coordinates.values()),
                draw.oneOf(Op.NearestMode.values()));
    }
}

package dev.lacewing.plan;

import dev.lacewing.general.Staging;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.graph.Window;
import dev.lacewing.kernel.Depthwise;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Convolutions: every one becomes a depthwise walk, a fully connected layer, or a (sparse) matrix product over flat planes. */
final class ConvLowering {
    private final PlanBuilder b;
    private final boolean dense;
    private final Node node;
    private final Conv conv;
    private final Window window;
    private final Layout in, out;
    private final Route route;

    private ConvLowering(PlanBuilder b, boolean dense, Node node, Conv conv) {
        this.b = b;
        this.dense = dense;
        this.node = node;
        this.conv = conv;
        window = conv.window();
        in = b.layout(node.input());
        out = b.layout(node.output());
        route = Route.of(conv, in.shape(), out.shape());
    }

    static LayerReport lower(PlanBuilder b, boolean dense, Node node, Conv conv) { return new ConvLowering(b, dense, node, conv).lower(); }

    private LayerReport lower() {
        return switch (route) {
            case VECTOR -> VectorLowering.lower(b, dense, node, conv.weight().reshape(Shape.of(conv.outChannels(), conv.inChannels())), conv.bias(), conv.activation());
            case DEPTHWISE -> depthwise();
            case POINTWISE -> product(node.input(), in.at(0, 0, 0, 0), (c, ky, kx) -> (long) c * in.planePitch());
            case SHIFTED -> product(node.input(), in.at(0, 0, 0, 0), (c, ky, kx) -> (long) c * in.planePitch()
                    + (long) (ky * window.dilationHeight() - window.padTop()) * in.rowPitch() + (long) kx * window.dilationWidth() - window.padLeft());
            case STAGED -> staged();
        };
    }

    private interface Tap {
        /** Where the tap of an input channel reads output pixel 0, in floats from the first input pixel. */
        long offset(int channel, int ky, int kx);
    }

    private LayerReport staged() {
        int pitch = Math.max(out.rowPitch(), Staging.minimumPitch(window, in.width(), out.width()));   // more than the output's only where that is one pixel
        Staging staging = new Staging(window, conv.inChannels(), in.height(), in.width(), out.height(), out.width(), pitch);
        int copy = b.scratch(node.name() + " staged", staging.floats());
        Product product = new Product(staging::offset);
        for (int n = 0; n < in.images(); n++) {
            int image = n;
            b.step("stage", t -> {
                int from = b.split(conv.inChannels(), t), to = b.split(conv.inChannels(), t + 1);
                return from == to ? List.of() : List.of(PlanBuilder.call(staging.kernel(in, 0, image, from, to), b.at(node.input(), 0), PlanBuilder.at(copy, 0)));
            });
            product.step(copy, 0, 0, image, image + 1);
        }
        return product.finish(b.costs.stage((long) in.images() * in.height() * in.width() * conv.inChannels()));
    }

    private LayerReport product(String source, long base, Tap tap) {
        Product product = new Product(tap);
        product.step(b.buffer(source), base, in.planePitch(), 0, in.images());
        return product.finish(0);
    }

    /** The convolution as a matrix product. */
    private final class Product {
        final List<Matrix> groups;
        final boolean separate = Activations.isSeparate(conv.activation());
        final ProductLowering lowering = new ProductLowering(b, Activations.epilogue(conv.activation()), b.isMasked(node.output()) && !separate);
        final MatrixChoice choice;
        final PackedMatrix packed;

        Product(Tap tap) {
            groups = matrices(tap);
            choice = MatrixChoice.of(new MatrixChoice.Problem(groups, b.vectors(out), route == Route.POINTWISE, lowering), dense, b.stored(node.name()));
            b.decided(node.name(), choice.sparse(), choice.rows());
            packed = PackedMatrix.pack(b.constants, groups, conv.bias().values(), choice, route == Route.POINTWISE);
        }

        /** Images {@code from} to {@code to}; image n's pixel 0 stands at {@code base + (n - from) * imagePitch} floats of the source. */
        void step(int source, long base, int planePitch, int from, int to) {
            b.step(route.name().toLowerCase(Locale.ROOT), t -> {
                List<Call> calls = new ArrayList<>(b.clearMargins(node.output(), t));
                for (int n = from; n < to; n++)
                    calls.addAll(lowering.share(packed, source, base + (long) (n - from) * in.imagePitch(), planePitch, node.output(), n, t));
                return calls;
            });
        }

        /** The activation that no kernel applies, once for all images, and what was done. */
        LayerReport finish(double staging) {
            if (separate) ElementwiseLowering.inPlace(b, ElementwiseLowering.Operand.of(b, node.output()), conv.activation());
            double extra = staging + b.fetchPlanes(in, out) + activation();
            double fill = (double) groups.stream().mapToLong(Matrix::nonzeros).sum() / Math.max(1, choice.stored());
            return new LayerReport(node.name(), name(), in.shape(), out.shape(), Costs.multiplyAdds(b.graph, node), conv.weight().sparsity(), fill,
                    lowering.name(choice, route == Route.POINTWISE), (in.images() * choice.nanos() + extra) / 1e6, Double.NaN, (in.images() * choice.denseNanos() + extra) / 1e6, choice.reason());
        }
    }

    private List<Matrix> matrices(Tap tap) {
        int rows = conv.outChannels() / conv.groups(), depth = conv.weight().shape().dim(1), taps = window.kernelHeight() * window.kernelWidth();
        List<Matrix> groups = new ArrayList<>();
        for (int g = 0; g < conv.groups(); g++) {
            long[] offsets = new long[depth * taps];
            for (int i = 0; i < offsets.length; i++) offsets[i] = tap.offset(g * depth + i / taps, i % taps / window.kernelWidth(), i % window.kernelWidth());
            float[] values = conv.groups() == 1 ? conv.weight().values()
                    : Arrays.copyOfRange(conv.weight().values(), g * rows * depth * taps, (g + 1) * rows * depth * taps);
            groups.add(new Matrix(values, rows, depth * taps, offsets));
        }
        return groups;
    }

    private LayerReport depthwise() {
        int k = window.kernelHeight(), s = window.strideHeight(), channels = conv.outChannels(), lanes = b.machine.lanes();
        long weights = b.constants.align();
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < k * k; i++) b.constants.add(conv.weight().values()[c * k * k + i]);
            b.constants.add(conv.bias().values()[c]);
        }
        boolean inPlace = Activations.isSeparate(conv.activation()), masked = b.isZeroed(node.output());
        var program = Depthwise.program(k, s, Activations.epilogue(conv.activation()), masked, b.machine);
        int strips = Math.ceilDiv(masked ? out.rowPitch() : out.width(), lanes), last = (strips - 1) * lanes;
        long mask = masked ? b.rowMask(out) : 0;
        b.step("depthwise", t -> {
            int from = b.split(channels, t), to = b.split(channels, t + 1);
            List<Call> calls = new ArrayList<>(b.clearBelow(node.output(), t, from, to));
            for (int n = 0; n < in.images() && to > from; n++)
                calls.add(PlanBuilder.call(program,
                        b.at(node.input(), in.at(n, from, -window.padTop(), last * s - window.padLeft())), b.at(node.output(), out.at(n, from, 0, last)),
                        PlanBuilder.constant(weights + 4L * from * (k * k + 1)), PlanBuilder.number(to - from), PlanBuilder.number(strips),
                        PlanBuilder.number(4L * in.rowPitch()), PlanBuilder.number(4L * in.planePitch()), PlanBuilder.number(4L * out.planePitch()), PlanBuilder.constant(mask + 4L * last),
                        PlanBuilder.number(2), PlanBuilder.number(Depthwise.warmUp(k, s)), PlanBuilder.number(0), PlanBuilder.number(out.height()), PlanBuilder.number(4L * out.rowPitch())));
            return calls;
        });
        if (inPlace) ElementwiseLowering.inPlace(b, ElementwiseLowering.Operand.of(b, node.output()), conv.activation());
        double nanos = b.costs.depthwise(k, s, (long) channels * in.images(), strips, out.height()) + b.fetchPlanes(in, out) + activation();
        return new LayerReport(node.name(), name(), in.shape(), out.shape(), Costs.multiplyAdds(b.graph, node), conv.weight().sparsity(), 1 - conv.weight().sparsity(),
                program.name(), nanos / 1e6, Double.NaN, nanos / 1e6, "dense: a depthwise filter is too small for sparsity to pay");
    }

    /** Nanoseconds of the pass for an activation that the kernels do not apply. */
    private double activation() {
        return Activations.isSeparate(conv.activation()) ? ElementwiseLowering.nanos(b, ElementwiseLowering.function(conv.activation()), out) : 0;
    }

    private String name() {
        String stride = window.isUnitStride() ? "" : "/" + window.strideHeight();
        String kind = conv.isDepthwise() ? "depthwise " : conv.groups() > 1 ? "grouped conv " : "conv ";
        return kind + window.kernelHeight() + "x" + window.kernelWidth() + stride;
    }
}

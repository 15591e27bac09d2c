package dev.lacewing.plan;

import dev.lacewing.general.Staging;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.graph.Window;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Convolutions: every one becomes a depthwise walk, a fully connected layer, or a (sparse) matrix product over flat planes. */
final class ConvLowering {
    private final PlanBuilder b;
    private final boolean dense;
    private final Node node;
    private final Conv conv;
    private final @Nullable Residual residual;
    private final String output;
    private final Activation activation;
    private final Window window;
    private final String input;
    private final @Nullable Gate gate;
    private final Layout in, out;
    private final Route route;

    private ConvLowering(PlanBuilder b, boolean dense, Node node, Conv conv, @Nullable Residual residual) {
        this.b = b;
        this.dense = dense;
        this.node = node;
        this.conv = conv;
        this.residual = residual;
        output = residual == null ? node.output() : residual.add().output();
        activation = residual == null ? conv.activation() : residual.activation();
        window = conv.window();
        gate = b.gate(node.input());
        input = gate == null ? node.input() : gate.x();
        in = b.layout(input);
        out = b.layout(output);
        route = Route.of(conv, in.shape(), out.shape());
    }

    /** @param residual the addition to do in the store, if there is one: then the result is the addition's, and the node's own value never stands in memory */
    static LayerReport lower(PlanBuilder b, boolean dense, Node node, Conv conv, @Nullable Residual residual) { return new ConvLowering(b, dense, node, conv, residual).lower(); }

    private LayerReport lower() {
        return switch (route) {
            case VECTOR -> VectorLowering.lower(b, dense, node, conv.weight().reshape(Shape.of(conv.outChannels(), conv.inChannels())), conv.bias(), conv.activation());
            case DEPTHWISE -> DepthwiseLowering.lower(b, node, conv);
            case POINTWISE -> product(input, in.at(0, 0, 0, 0), (c, ky, kx) -> (long) c * in.planePitch());
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
        StagingLowering stage = new StagingLowering(b, node.input(), staging, 0, copy);
        for (int n = 0; n < in.images(); n++) {
            stage.step(n);
            product.step(copy, 0, 0, n, n + 1);
        }
        return product.finish(stage.nanos());
    }

    private LayerReport product(String source, long base, Tap tap) {
        Product product = new Product(tap);
        product.step(b.buffer(source), base, in.planePitch(), 0, in.images());
        return product.finish(0);
    }

    /** The convolution as a matrix product. */
    private final class Product {
        final List<Matrix> groups;
        final boolean separate = Activations.isSeparate(activation) || !LayoutPlanner.isPlanes(out.shape()) && Epilogue.isLong(Activations.epilogue(activation));   // rows of one pixel overlap
        final ProductLowering lowering = new ProductLowering(b, separate ? Epilogue.NONE : Activations.epilogue(activation), residual == null ? null : residual.other(), b.isMasked(output) && !separate);
        final MatrixChoice choice;
        final PackedMatrix packed;
        final RowShares shares;
        final @Nullable ScaledWeights scaled;

        Product(Tap tap) {
            groups = matrices(tap);
            choice = MatrixChoice.of(new MatrixChoice.Problem(groups, b.vectors(out), route == Route.POINTWISE, lowering), dense, b.stored(node.name()));
            b.decided(node.name(), choice.decision());
            long start = b.constants.align();
            packed = PackedMatrix.pack(b.constants, groups, conv.bias().values(), choice, route == Route.POINTWISE);
            shares = lowering.shares(packed);
            b.addCode(packed.codeBytes());
            scaled = gate == null || !gate.scalesWeights() ? null : new ScaledWeights(b, node.name() + " scaled weights", packed, start, in.planePitch(), gate.factors());
        }

        /** Images {@code from} to {@code to}; image n's pixel 0 stands at {@code base + (n - from) * imagePitch} floats of the source. */
        void step(int source, long base, int planePitch, int from, int to) {
            b.step(route.name().toLowerCase(Locale.ROOT), t -> {
                List<Call> calls = new ArrayList<>(b.clearMargins(output, t));
                for (int n = from; n < to; n++)
                    calls.addAll(lowering.share(packed, shares, scaled, source, base + (long) (n - from) * in.imagePitch(), planePitch, output, n, t));
                return calls;
            });
        }

        /** The activation that no kernel applies, once for all images, and what was done. */
        LayerReport finish(double staging) {
            if (separate) ElementwiseLowering.inPlace(b, ElementwiseLowering.Operand.of(b, output), activation);
            long results = (long) out.images() * conv.outChannels() * b.vectors(out);
            double extra = in.images() * staging + (scaled == null ? 0 : b.costs.scaleStream(choice.stored())) + b.fetchPlanes(in, out) + (residual == null ? 0 : b.costs.fetch(4L * out.images() * out.imagePitch()))
                    + (separate ? ElementwiseLowering.nanos(b, activation, out) : b.costs.epilogue(Activations.epilogue(activation), results));
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

    private String name() { return name(conv); }

    static String name(Conv conv) {
        Window window = conv.window();
        String stride = window.isUnitStride() ? "" : "/" + window.strideHeight();
        String kind = conv.isDepthwise() ? "depthwise " : conv.groups() > 1 ? "grouped conv " : "conv ";
        return kind + window.kernelHeight() + "x" + window.kernelWidth() + stride;
    }
}

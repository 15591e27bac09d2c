package dev.lacewing.plan;

import dev.lacewing.general.General;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.FullyConnected;
import dev.lacewing.kernel.KernelCatalogue;
import dev.lacewing.kernel.KernelCatalogue.Family;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.PackedMatrix.BlockRow;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Fully connected layers: a matrix times a vector. Dense: outputs along the lanes, weights streamed once. Sparse: the sparse product on a machine of one lane, as
 * if the vector were planes of one pixel.
 */
final class VectorLowering {
    /** Vectors of outputs that the dense kernel handles at once. */
    private static final int TILE = 4;

    private VectorLowering() {}

    static LayerReport lower(PlanBuilder b, boolean dense, Node node, Tensor weight, Tensor bias, Activation activation) {
        Operand x = Operand.of(b, node.input()), y = Operand.of(b, node.output());
        Choice choice = lower(b, dense, x, y, weight, bias, activation, b.stored(node.name()));
        b.decided(node.name(), new Decision(choice.sparse(), choice.rows()));
        return new LayerReport(node.name(), "fully connected", x.layout().shape(), y.layout().shape(), Costs.multiplyAdds(b.graph, node), weight.sparsity(),
                (double) weight.nonzeros() / Math.max(1, choice.stored()), choice.kernel(), choice.nanos() / 1e6, Double.NaN, choice.denseNanos() / 1e6, choice.reason());
    }

    record Choice(boolean sparse, int rows, long stored, String kernel, double nanos, double denseNanos, String reason) {}

    /** {@code x} and {@code y} are contiguous. */
    static Choice lower(PlanBuilder b, boolean dense, Operand x, Operand y, Tensor weight, Tensor bias, Activation activation, @Nullable Decision stored) {
        int outputs = weight.shape().dim(0), depth = weight.shape().dim(1);
        long[] offsets = new long[depth];
        for (int i = 0; i < depth; i++) offsets[i] = i;
        Matrix matrix = new Matrix(weight.values(), outputs, depth, offsets);
        Place place = new Place(x.buffer(), y.buffer(), y.layout().shape().size() / outputs);
        Epilogue epilogue = Activations.epilogue(activation);
        Choice choice = dense || stored == null ? choose(b.costs, matrix, dense) : choose(b.costs, matrix, stored);
        if (choice.sparse()) sparse(b, place, matrix, bias, epilogue, choice);
        else dense(b, place, matrix, bias, epilogue);
        if (Activations.isSeparate(activation) && y.layout().shape().rank() != 2 && y.layout().shape().rank() != 4) {
            // The channel axis is not the last: not one value for each output.
            Operand before = new Operand(b.scratch("before activation", y.layout().size()), y.layout(), null);
            b.single("copy", PlanBuilder.call(General.kernel(new Op.Identity(), List.of(y.layout()), y.layout()), PlanBuilder.at(y.buffer(), 0), PlanBuilder.at(before.buffer(), 0)));
            b.single("activation", PlanBuilder.call(General.kernel(new Op.Activate(activation), List.of(y.layout()), y.layout()), PlanBuilder.at(before.buffer(), 0), PlanBuilder.at(y.buffer(), 0)));
        } else if (Activations.isSeparate(activation)) {
            Layout vectors = Layout.contiguous(Shape.of(place.vectors(), outputs));
            ElementwiseLowering.inPlace(b, new Operand(y.buffer(), vectors, null), activation);
        }
        return choice;
    }

    /** Contiguous vectors from one buffer to another. */
    private record Place(int from, int to, int vectors) {
        /** @param written outputs that a kernel writes for a vector, from the first of its own on */
        void check(PlanBuilder b, Matrix m, int written) {
            b.checkReach("a fully connected layer's input", from, 0, (long) vectors * m.columns());
            b.checkReach("a fully connected layer's output", to, 0, (vectors - 1L) * m.rows() + written);
        }
    }

    private static Choice choose(CostModel costs, Matrix m, Decision stored) {
        double dense = costs.fullyConnected(m.rows(), m.columns());
        if (!stored.sparse()) return new Choice(false, 1, (long) m.rows() * m.columns(), "fully connected", dense, dense, MatrixChoice.STORED + "dense");
        for (Variant v : KernelCatalogue.spmm(Machine.SCALAR))
            if (v.vectors() == 1 && v.rows() == stored.rows()) return sparse(costs, m, v, dense, MatrixChoice.STORED);
        Choice own = choose(costs, m, false);
        return new Choice(own.sparse, own.rows, own.stored, own.kernel, own.nanos, own.denseNanos, own.reason + MatrixChoice.without(stored));
    }

    private static Choice sparse(CostModel costs, Matrix m, Variant v, double denseNanos, String why) {
        double nanos = costs.sparseVector(m, v.rows()), sparsity = 100 * (1 - (double) m.nonzeros() / ((long) m.rows() * m.columns()));
        return new Choice(true, v.rows(), m.stored(v.rows()), v.name() + " (1 lane)", nanos, denseNanos,
                String.format(Locale.ROOT, "%s%.0f %% zeros: predicted %.1f times the dense speed", why, sparsity, denseNanos / nanos));
    }

    private static Choice choose(CostModel costs, Matrix m, boolean forceDense) {
        long weights = (long) m.rows() * m.columns(), nonzeros = m.nonzeros();
        double dense = costs.fullyConnected(m.rows(), m.columns());
        Choice best = new Choice(false, 1, weights, "fully connected", dense, dense, forceDense ? "dense by request" : "dense: no weight is zero");
        if (forceDense || nonzeros == weights) return best;
        double sparsity = 100 * (1 - (double) nonzeros / weights);
        best = new Choice(false, 1, weights, best.kernel(), dense, dense, String.format(Locale.ROOT, "dense: at %.0f %% zeros reading all weights in order is faster", sparsity));
        for (Variant v : KernelCatalogue.spmm(Machine.SCALAR)) {
            if (v.vectors() != 1) continue;
            if (costs.sparseVector(m, v.rows()) < best.nanos) best = sparse(costs, m, v, dense, "");
        }
        return best;
    }

    private static void sparse(PlanBuilder b, Place place, Matrix m, Tensor bias, Epilogue epilogue, Choice choice) {
        MatrixChoice format = new MatrixChoice(Format.SPARSE, choice.rows(), choice.stored(), 0, 0, "");
        place.check(b, m, m.rows());
        List<BlockRow> rows = PackedMatrix.pack(b.constants, List.of(m), bias.values(), format, false).blockRows();
        b.step("sparse fully connected", t -> {
            List<Call> calls = new ArrayList<>();
            List<BlockRow> mine = rows.subList(b.split(rows.size(), t), b.split(rows.size(), t + 1));
            for (int n = 0; n < place.vectors(); n++)
                for (int start = 0, end; start < mine.size(); start = end) {
                    BlockRow first = mine.get(start);
                    end = start + 1;
                    while (end < mine.size() && mine.get(end).continues(first)) end++;
                    Program program = KernelCatalogue.of(Family.SPMM, first.rows(), Machine.SCALAR).getLast().program(epilogue, false, Machine.SCALAR);
                    calls.add(PlanBuilder.call(program, PlanBuilder.at(place.from(), (long) n * m.columns()), PlanBuilder.at(place.to(), (long) n * m.rows() + first.row()),
                            PlanBuilder.constant(first.bytes()), PlanBuilder.number(Float.BYTES), PlanBuilder.number(end - start), PlanBuilder.number(1), PlanBuilder.number(0),
                            PlanBuilder.number(0), PlanBuilder.number(0), PlanBuilder.number(0), PlanBuilder.number(0), PlanBuilder.number(first.rows())));
                }
            return calls;
        });
    }

    private static void dense(PlanBuilder b, Place place, Matrix m, Tensor bias, Epilogue epilogue) {
        int tile = TILE * b.machine.lanes(), tiles = Math.ceilDiv(m.rows(), tile);
        place.check(b, m, tiles * tile);
        long stream = b.constants.align();
        for (int t = 0; t < tiles; t++) {
            for (int i = t * tile; i < (t + 1) * tile; i++) b.constants.add(i < m.rows() ? bias.values()[i] : 0);
            for (int k = 0; k < m.columns(); k++) for (int i = t * tile; i < (t + 1) * tile; i++) b.constants.add(i < m.rows() ? m.at(i, k) : 0);
        }
        Program program = FullyConnected.program(TILE, epilogue, b.machine);
        // The last tile of a vector may write over the first outputs of the next: one thread does all vectors in order, unless there is only one.
        b.step("fully connected", t -> {
            List<Call> calls = new ArrayList<>();
            boolean alone = place.vectors() > 1;
            int from = alone ? 0 : b.split(tiles, t), to = alone ? (t == 0 ? tiles : 0) : b.split(tiles, t + 1);
            for (int n = 0; n < place.vectors() && to > from; n++)
                calls.add(PlanBuilder.call(program, PlanBuilder.at(place.from(), (long) n * m.columns()), PlanBuilder.at(place.to(), (long) n * m.rows() + (long) from * tile),
                        PlanBuilder.constant(stream + 4L * from * tile * (m.columns() + 1)), PlanBuilder.number(to - from), PlanBuilder.number(m.columns())));
            return calls;
        });
    }
}

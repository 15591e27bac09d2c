package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.FullyConnected;
import dev.lacewing.kernel.KernelCatalogue;
import dev.lacewing.kernel.KernelCatalogue.Family;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.kernel.SparseFullyConnected;
import dev.lacewing.kernel.Tiles;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.PackedMatrix.BlockRow;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Fully connected layers: a matrix times a vector. Dense: outputs along the lanes, weights streamed once. Sparse: blocks of
 * as many outputs as a vector has lanes, or the sparse product on a machine of one lane, as if the vector were planes of one pixel.
 */
final class VectorLowering {
    /** Vectors of outputs that the dense kernel handles at once. */
    private static final int TILE = 4;

    private VectorLowering() {}

    static LayerReport lower(PlanBuilder b, boolean dense, Node node, Tensor weight, Tensor bias, Activation activation) {
        Operand x = Operand.of(b, node.input()), y = Operand.of(b, node.output());
        Operand from = x.layout().isContiguous() ? x : contiguous(b, node.name() + " input", x.layout()), to = y.layout().isContiguous() ? y : contiguous(b, node.name() + " output", y.layout());
        if (from != x) copy(b, x, from);
        boolean after = Activations.isSeparate(activation) && !isPerOutput(y.layout().shape(), weight.shape().dim(0));
        Choice choice = lower(b, dense, from, to, weight, bias, after ? Activation.NONE : activation, b.stored(node.name()));
        if (to != y) copy(b, to, y);
        if (after) ElementwiseLowering.inPlace(b, y, activation);
        b.decided(node.name(), new Decision(choice.sparse(), choice.rows()));
        double copies = (from == x ? 0 : b.costs.general(x.layout().shape().size())) + (to == y ? 0 : b.costs.general(y.layout().shape().size()))
                + (after ? ElementwiseLowering.nanos(b, activation, y.layout()) : 0);
        return new LayerReport(node.name(), "fully connected", x.layout().shape(), y.layout().shape(), Costs.multiplyAdds(b.graph, node), weight.sparsity(),
                (double) weight.nonzeros() / Math.max(1, choice.stored()), choice.kernel(), (choice.nanos() + copies) / 1e6, Double.NaN, (choice.denseNanos() + copies) / 1e6, choice.reason());
    }

    /** The channel axis, 1, is that of the outputs: the same values for each vector. */
    private static boolean isPerOutput(Shape shape, int outputs) { return shape.rank() >= 2 && shape.dim(1) == outputs && shape.size() == shape.dim(0) * outputs; }

    private static Operand contiguous(PlanBuilder b, String name, Layout like) {
        Layout layout = Layout.contiguous(like.shape());
        return new Operand(b.scratch(name, layout.size()), layout, null);
    }

    private static void copy(PlanBuilder b, Operand from, Operand to) { PortableLowering.step(b, "copy", new Op.Identity(), from, to); }

    record Choice(boolean sparse, int rows, long stored, String kernel, double nanos, double denseNanos, String reason) {}

    /**
     * @param activation for each vector alike: values of channels are those of outputs
     * @throws IllegalStateException if {@code x} or {@code y} is not contiguous
     */
    static Choice lower(PlanBuilder b, boolean dense, Operand x, Operand y, Tensor weight, Tensor bias, Activation activation, @Nullable Decision stored) {
        if (!x.layout().isContiguous() || !y.layout().isContiguous()) throw new IllegalStateException("a fully connected layer from " + x.layout() + " to " + y.layout());
        int outputs = weight.shape().dim(0), depth = weight.shape().dim(1);
        long[] offsets = new long[depth];
        for (int i = 0; i < depth; i++) offsets[i] = i;
        Matrix matrix = new Matrix(weight.values(), outputs, depth, offsets);
        Place place = new Place(x.buffer(), y.buffer(), y.layout().shape().size() / outputs);
        Epilogue epilogue = Activations.epilogue(activation);
        Choice choice = dense || stored == null ? choose(matrix, b.costs, place.vectors(), dense) : choose(matrix, b.costs, place.vectors(), stored);
        if (choice.sparse()) sparse(b, place, matrix, bias, epilogue, choice);
        else dense(b, place, matrix, bias, epilogue);
        if (Activations.isSeparate(activation)) {
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

    private static Choice choose(Matrix m, CostModel costs, int vectors, Decision stored) {
        double dense = costs.fullyConnected(m.rows(), m.columns(), vectors);
        if (!stored.sparse()) return new Choice(false, 1, (long) m.rows() * m.columns(), "fully connected", dense, dense, MatrixChoice.STORED + "dense");
        if (stored.format() == Format.SPARSE && blockHeights(costs.machine()).contains(stored.rows())) return sparse(m, costs, vectors, stored.rows(), dense, MatrixChoice.STORED);
        Choice own = choose(m, costs, vectors, false);
        return new Choice(own.sparse, own.rows, own.stored, own.kernel, own.nanos, own.denseNanos, own.reason + MatrixChoice.without(stored));
    }

    /** Heights N of blocks that there is a kernel for: of one lane, or of N. */
    private static SortedSet<Integer> blockHeights(Machine machine) {
        SortedSet<Integer> heights = new TreeSet<>();
        for (Variant v : KernelCatalogue.spmm(Machine.SCALAR)) heights.add(v.rows());
        for (Machine m : Machine.ALL) if (m.lanes() <= machine.lanes()) heights.add(m.lanes());
        return heights;
    }

    /** A block of so many rows is a vector of this machine, or of a narrower one that every machine of so many lanes can stand in for. */
    private static boolean isVector(int rows, Machine machine) { return rows >= 4 && rows <= machine.lanes(); }

    /** Rows that do not fill a block are none. */
    private static boolean isVector(BlockRow row, Choice choice, Machine machine) { return row.rows() == choice.rows() && isVector(row.rows(), machine); }

    private static Choice sparse(Matrix m, CostModel costs, int vectors, int rows, double denseNanos, String why) {
        boolean vector = isVector(rows, costs.machine());
        double nanos = costs.sparseVector(m, rows, vector, vectors), sparsity = 100 * (1 - (double) m.nonzeros() / ((long) m.rows() * m.columns()));
        String kernel = vector ? "sparse fully connected (" + rows + " lanes)" : scalar(rows).name() + " (1 lane)";
        return new Choice(true, rows, m.stored(rows), kernel, nanos, denseNanos,
                String.format(Locale.ROOT, "%s%.0f %% zeros: predicted %.1f times the dense speed", why, sparsity, denseNanos / nanos));
    }

    private static Variant scalar(int rows) { return KernelCatalogue.of(Family.SPMM, rows, Machine.SCALAR).getLast(); }

    private static Choice choose(Matrix m, CostModel costs, int vectors, boolean forceDense) {
        long weights = (long) m.rows() * m.columns(), nonzeros = m.nonzeros();
        double dense = costs.fullyConnected(m.rows(), m.columns(), vectors);
        Choice best = new Choice(false, 1, weights, "fully connected", dense, dense, forceDense ? "dense by request" : "dense: no weight is zero");
        if (forceDense || nonzeros == weights) return best;
        double sparsity = 100 * (1 - (double) nonzeros / weights);
        best = new Choice(false, 1, weights, best.kernel(), dense, dense, String.format(Locale.ROOT, "dense: at %.0f %% zeros reading all weights in order is faster", sparsity));
        for (int rows : blockHeights(costs.machine())) {
            Choice sparse = sparse(m, costs, vectors, rows, dense, "");
            if (sparse.nanos < best.nanos) best = sparse;
        }
        return best;
    }

    private static void sparse(PlanBuilder b, Place place, Matrix m, Tensor bias, Epilogue epilogue, Choice choice) {
        MatrixChoice format = new MatrixChoice(Format.SPARSE, choice.rows(), choice.stored(), 0, 0, "");
        place.check(b, m, m.rows());
        List<BlockRow> rows = PackedMatrix.pack(b.constants, List.of(m), bias.values(), format, false).blockRows();
        ToDoubleFunction<BlockRow> work = row -> b.costs.vectorBlockRow(row.rows(), isVector(row, choice, b.machine), row.blocks());
        ToDoubleFunction<BlockRow> callNanos = row -> work.applyAsDouble(row) + b.costs.fetch(4L * row.blocks() * (1 + row.rows()));
        RowShares shares = RowShares.of(rows, b.threads, work);
        b.step("sparse fully connected", t -> {
            List<Call> calls = new ArrayList<>();
            List<BlockRow> mine = shares.of(rows, t);
            for (int n = 0; n < place.vectors(); n++)
                for (int start = 0, end; start < mine.size(); start = end) {
                    BlockRow first = mine.get(start);
                    end = start + 1;
                    double nanos = callNanos.applyAsDouble(first);
                    while (end < mine.size() && mine.get(end).continues(first) && nanos < Pieces.NANOS) nanos += callNanos.applyAsDouble(mine.get(end++));
                    Argument x = PlanBuilder.at(place.from(), (long) n * m.columns()), y = PlanBuilder.at(place.to(), (long) n * m.rows() + first.row());
                    Argument stream = constant(first.bytes()), blocks = number(end - start);
                    if (isVector(first, choice, b.machine))
                        calls.add(PlanBuilder.call(new ArgumentBlock<Argument>(SparseFullyConnected.program(epilogue, Machine.ofLanes(first.rows())))
                                .set(SparseFullyConnected.X, x).set(SparseFullyConnected.Y, y).set(SparseFullyConnected.STREAM, stream)
                                .set(SparseFullyConnected.BLOCKS, blocks)));
                    else calls.add(PlanBuilder.call(new ArgumentBlock<Argument>(scalar(first.rows()).program(epilogue, false, Machine.SCALAR.atMost(b.machine.vectors())))
                            .set(Tiles.X, x).set(Tiles.Y, y).set(Tiles.Y_STRIDE, bytes(1)).set(Tiles.STREAM, stream).set(Tiles.BLOCKS, blocks)
                            .set(Tiles.TILES, number(1)).set(Tiles.ROWS, number(first.rows()))));
                }
            return calls;
        });
    }

    /**
     * By tiles of outputs: as many whole ones as there are, then a narrower one for the rest (where code is short, one for each vector: all layers share its
     * program). With several vectors, the last tile of one would write over the first outputs of the next; then it starts early instead, computes some outputs
     * again, and is the same thread's as the tile before.
     */
    private static void dense(PlanBuilder b, Place place, Matrix m, Tensor bias, Epilogue epilogue) {
        int lanes = b.machine.lanes(), tile = TILE * lanes, whole = m.rows() / tile, rest = Math.ceilDiv(m.rows() - whole * tile, lanes);
        boolean spills = rest > 0 && m.rows() % lanes != 0 && place.vectors() > 1, early = spills && m.rows() >= rest * lanes;
        int lastRow = early ? m.rows() - rest * lanes : whole * tile, tiles = whole + (rest > 0 ? 1 : 0);
        place.check(b, m, Math.max(whole * tile, lastRow + rest * lanes));
        long stream = b.constants.align();
        for (int t = 0; t < whole; t++) pack(b, m, bias, t * tile, tile);
        long lastStream = b.constants.bytes();
        int width = b.machine.isSent() ? 1 : rest;
        for (int v = 0; v < rest; v += width) pack(b, m, bias, lastRow + v * lanes, width * lanes);
        Program program = FullyConnected.program(TILE, epilogue, b.machine);
        Program narrow = rest == 0 ? program : FullyConnected.program(width, epilogue, b.machine);
        int units = early && whole > 0 ? tiles - 1 : tiles;
        boolean alone = spills && !early;
        b.step("fully connected", t -> {
            int from = alone ? 0 : b.split(units, t), to = alone ? (t == 0 ? units : 0) : b.split(units, t + 1), end = to == units ? tiles : to;
            List<Call> calls = new ArrayList<>();
            if (from == to) return calls;
            // A tile's weights stay in the cache for all vectors.
            int step = place.vectors() == 1 ? (int) Math.clamp(Pieces.NANOS / b.costs.fullyConnected(tile, m.columns(), 1), 1, Math.max(1, whole)) : 1;
            for (int first = from, next; first < end; first = next) {
                boolean wide = first < whole;
                next = wide ? Math.min(first + step, Math.min(end, whole)) : first + 1;
                Argument weights = constant(wide ? stream + 4L * first * tile * (m.columns() + 1) : lastStream);
                for (int n = 0; n < place.vectors(); n++)
                    calls.add(PlanBuilder.call(new ArgumentBlock<Argument>(wide ? program : narrow)
                            .set(FullyConnected.X, PlanBuilder.at(place.from(), (long) n * m.columns()))
                            .set(FullyConnected.Y, PlanBuilder.at(place.to(), (long) n * m.rows() + (wide ? (long) first * tile : lastRow)))
                            .set(FullyConnected.STREAM, weights).set(FullyConnected.TILES, number(wide ? next - first : rest / width))
                            .set(FullyConnected.DEPTH, number(m.columns())).set(FullyConnected.VECTORS, number(wide ? TILE : width))));
            }
            return calls;
        });
    }

    private static void pack(PlanBuilder b, Matrix m, Tensor bias, int row, int rows) {
        int at = b.constants.reserve(rows * (1L + m.columns())), some = Math.min(rows, m.rows() - row);
        int[] words = b.constants.array();
        for (int i = 0; i < some; i++) words[at + i] = Float.floatToRawIntBits(bias.values()[row + i]);
        PackedMatrix.transposed(words, at + rows, m, row, some, rows);
        b.constants.mark(Words.Kind.WEIGHTS, 0, at);
    }
}

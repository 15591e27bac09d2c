package dev.lacewing.plan;

import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.KernelCatalogue;
import dev.lacewing.kernel.KernelCatalogue.Family;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.plan.PackedMatrix.BlockRow;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Splits a matrix product over flat planes into kernel calls. */
final class ProductLowering {
    /** With fewer tiles than this for each thread, threads share the output channels instead. */
    private static final int TILES_PER_THREAD = 4;

    private final PlanBuilder b;
    private final Epilogue epilogue;
    private final @Nullable String residual;
    private final boolean masked;
    private final Map<Variant, Program> programs = new HashMap<>();

    /** @param residual the value of the output's shape and row pitch that is added before the epilogue, if there is one */
    ProductLowering(PlanBuilder b, Epilogue epilogue, @Nullable String residual, boolean masked) {
        this.b = b;
        this.epilogue = epilogue;
        this.residual = residual;
        this.masked = masked;
    }

    /** Block heights that have a sparse kernel. */
    List<Integer> blockHeights() { return KernelCatalogue.spmm(b.machine).stream().map(Variant::rows).distinct().toList(); }

    /** Block heights that have a dense kernel. */
    List<Integer> denseHeights() { return KernelCatalogue.gemm(b.machine).stream().map(Variant::rows).distinct().toList(); }

    CostModel costs() { return b.costs; }

    boolean hasKernel(Decision d) { return (d.sparse() ? KernelCatalogue.spmm(b.machine) : KernelCatalogue.gemm(b.machine)).stream().anyMatch(v -> v.rows() == d.rows()); }

    /** Vectors that the widest kernel for blocks of N rows handles at once. */
    int tile(boolean sparse, int rows) { return variants(sparse, rows).getFirst().vectors(); }

    /** The kernel that does most of the work; {@code strided} as in {@link PackedMatrix#pack}. */
    String name(MatrixChoice choice, boolean strided) { return variants(choice.sparse() || !strided, choice.rows()).getFirst().name(); }

    /** Widest first; the last takes a single vector. */
    private List<Variant> variants(boolean sparse, int rows) { return KernelCatalogue.of(sparse ? Family.SPMM : Family.GEMM, rows, b.machine); }

    /**
     * The calls of thread {@code t} for one image.
     *
     * @param base of the image's input pixel 0, in floats
     * @throws IllegalStateException if a column or a row lies outside its buffer
     */
    List<Call> share(PackedMatrix packed, int source, long base, int planePitch, String output, int image, int t) {
        Layout out = b.layout(output);
        int vectors = b.vectors(out);
        List<BlockRow> all = packed.blockRows();
        if (!LayoutPlanner.isPlanes(out.shape())) return t == 0 ? calls(packed, all, source, base, planePitch, output, image, 0, vectors) : List.of();
        int tile = tile(all.getFirst().sparse(), all.getFirst().rows()), tiles = Math.ceilDiv(vectors, tile);
        if (tiles >= TILES_PER_THREAD * b.threads) {
            int from = Math.min(vectors, tile * b.split(tiles, t)), to = Math.min(vectors, tile * b.split(tiles, t + 1));
            return calls(packed, all, source, base, planePitch, output, image, from, to);
        }
        return calls(packed, all.subList(boundary(all, t), boundary(all, t + 1)), source, base, planePitch, output, image, 0, vectors);
    }

    /** First block row of thread {@code t}, so that the threads' work is as equal as block rows allow. */
    private int boundary(List<BlockRow> all, int t) {
        double total = all.stream().mapToDouble(this::work).sum(), sum = 0;
        int i = 0;
        while (i < all.size() && sum + work(all.get(i)) / 2 < total * t / b.threads) sum += work(all.get(i++));
        return t == b.threads ? all.size() : i;
    }

    private double work(BlockRow row) { return b.costs.blockRow(row.sparse(), row.rows(), row.blocks()); }

    private List<Call> calls(PackedMatrix packed, List<BlockRow> rows, int source, long base, int planePitch, String output, int image, int from, int to) {
        List<Call> calls = new ArrayList<>();
        Layout out = b.layout(output);
        int lanes = b.machine.lanes();
        for (int start = 0, end; start < rows.size(); start = end) {
            BlockRow first = rows.get(start);
            end = start + 1;
            while (end < rows.size() && rows.get(end).continues(first)) end++;
            check(packed, rows.subList(start, end), source, base, planePitch, output, image, from, to);
            int at = from;
            for (Variant variant : variants(first.sparse(), first.rows())) {
                int tiles = (to - at) / variant.vectors();
                if (tiles == 0) continue;
                long pixel = (long) at * lanes;
                List<Argument> arguments = new ArrayList<>(List.of(PlanBuilder.at(source, base + pixel), b.at(output, out.at(image, first.row(), 0, 0) + pixel),
                        PlanBuilder.constant(first.bytes()), PlanBuilder.number(4L * out.planePitch()), PlanBuilder.number(end - start), PlanBuilder.number(tiles),
                        PlanBuilder.constant(masked ? b.planeMask(out) + 4 * pixel : 0), PlanBuilder.number(first.blocks()), PlanBuilder.number(4L * planePitch)));
                Layout other = residual == null ? out : b.layout(residual);
                arguments.add(residual == null ? PlanBuilder.number(0) : b.at(residual, other.at(image, first.row(), 0, 0) + pixel));
                arguments.add(PlanBuilder.number(4L * other.planePitch()));
                arguments.add(PlanBuilder.number(variant.rows()));
                calls.add(PlanBuilder.call(program(variant), arguments.toArray(Argument[]::new)));
                at += tiles * variant.vectors();
            }
        }
        return calls;
    }

    /** Every float that like block rows read and write in vectors {@code from} to {@code to} of the planes. */
    private void check(PackedMatrix packed, List<BlockRow> rows, int source, long base, int planePitch, String output, int image, int from, int to) {
        if (from == to) return;
        BlockRow first = rows.getFirst(), last = rows.getLast();
        int lanes = b.machine.lanes();
        long least = first.sparse() ? packed.least() : 0, greatest = first.sparse() ? packed.greatest() : (first.blocks() - 1L) * planePitch;
        b.checkReach("a column of the weights for " + output, source, base + least + (long) from * lanes, base + greatest + (long) to * lanes);
        checkRows(output, "a row of the weights for " + output, image, first, last, from, to);
        if (residual != null) checkRows(residual, "what is added to " + output, image, first, last, from, to);
    }

    private void checkRows(String value, String what, int image, BlockRow first, BlockRow last, int from, int to) {
        Layout l = b.layout(value);
        int lanes = b.machine.lanes();
        b.checkReach(what, b.buffer(value), l.at(image, first.row(), 0, 0) + (long) from * lanes, l.at(image, last.row() + last.rows() - 1, 0, 0) + (long) to * lanes);
    }

    private Program program(Variant variant) { return programs.computeIfAbsent(variant, v -> v.program(epilogue, residual != null, masked, b.machine)); }
}

package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.kernel.Baked.Ahead;
import dev.lacewing.kernel.Baked;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.Gemm;
import dev.lacewing.kernel.KernelCatalogue.Family;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.kernel.KernelCatalogue;
import dev.lacewing.kernel.Tiles;
import dev.lacewing.plan.PackedMatrix.BlockRow;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Splits a matrix product over flat planes into kernel calls. */
final class ProductLowering {
    /** Machine code of a plan's baked patterns, at most. */
    static final long CODE_LIMIT = 32 << 20;
    /** Input of baked kernels that stays in the second-level cache. */
    private static final long CHUNK_BYTES = 512 << 10;
    /** Weights that stay in the second-level cache while all pixels of a call pass. */
    private static final long WEIGHT_CHUNK = 128 << 10;

    private final PlanBuilder b;
    private final Epilogue epilogue;
    private final @Nullable String residual;
    private final boolean masked;
    private final Map<Variant, Program> programs = new HashMap<>();
    private final Map<BlockRow, Program> baked = new HashMap<>();

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

    /** Patterns may become code here. */
    boolean bakes() { return CostModel.bakesPatterns(b.machine); }

    /** Output channels of the largest tile whose pattern becomes code. */
    int bakedRows() { return Baked.mostRows(epilogue, b.machine); }

    /** So much machine code may still be added. */
    boolean hasRoom(long codeBytes) { return b.codeBytes() + codeBytes <= CODE_LIMIT; }

    boolean hasKernel(Decision d) { return d.format() == Format.BAKED ? bakes() : (d.sparse() ? KernelCatalogue.spmm(b.machine) : KernelCatalogue.gemm(b.machine)).stream().anyMatch(v -> v.rows() == d.rows()); }

    /** The kernel that does most of the work; {@code strided} as in {@link PackedMatrix#pack}. */
    String name(MatrixChoice choice, boolean strided) {
        return choice.format() == Format.BAKED ? Baked.name(choice.rows()) : variants(choice.sparse() || !strided, choice.rows()).getFirst().name();
    }

    /** Widest first; the last takes a single vector. */
    private List<Variant> variants(boolean sparse, int rows) { return KernelCatalogue.of(sparse ? Family.SPMM : Family.GEMM, rows, b.machine); }

    /** How threads may share the block rows: the same for all images. */
    RowShares shares(PackedMatrix packed) { return RowShares.of(packed.blockRows(), b.threads, this::work); }

    /**
     * The calls of thread {@code t} for one image.
     *
     * @param shares of this matrix
     * @param scaled weights to read instead of the packed ones, if any
     * @param base of the image's input pixel 0, in floats
     * @throws IllegalStateException if a column or a row lies outside its buffer
     */
    List<Call> share(PackedMatrix packed, RowShares shares, @Nullable ScaledWeights scaled, int source, long base, int planePitch, String output, int image, int t) {
        Layout out = b.layout(output);
        int vectors = b.vectors(out);
        List<BlockRow> all = packed.blockRows();
        if (!LayoutPlanner.isPlanes(out.shape())) return t == 0 ? calls(packed, scaled, all, source, base, planePitch, output, image, 0, vectors) : List.of();
        if (b.threads == 1 || b.sharesRows(out) || shares.arePoorerThanPixels(vectors))
            return calls(packed, scaled, all, source, base, planePitch, output, image, b.split(vectors, t), b.split(vectors, t + 1));
        return calls(packed, scaled, shares.of(all, t), source, base, planePitch, output, image, 0, vectors);
    }

    private double work(BlockRow row) {
        if (row.pattern() != null) return b.costs.bakedTile(row.rows(), row.blocks(), row.pattern().offsets().length);
        return b.costs.blockRow(row.sparse(), row.rows(), row.blocks());
    }

    private List<Call> calls(PackedMatrix packed, @Nullable ScaledWeights scaled, List<BlockRow> rows, int source, long base, int planePitch, String output, int image, int from, int to) {
        if (!rows.isEmpty() && rows.getFirst().pattern() != null) return baked(packed, scaled, rows, source, base, planePitch, output, image, from, to);
        List<Call> calls = new ArrayList<>();
        for (int start = 0, end; start < rows.size(); start = end) {
            BlockRow first = rows.get(start);
            end = start + 1;
            long bytes = weightBytes(first);
            while (end < rows.size() && rows.get(end).continues(first) && bytes + weightBytes(rows.get(end)) <= WEIGHT_CHUNK) bytes += weightBytes(rows.get(end++));
            check(packed, rows.subList(start, end), source, base, planePitch, output, image, from, to);
            int at = from, blockRows = end - start;
            double nanos = rows.subList(start, end).stream().mapToDouble(this::work).sum();
            List<Variant> variants = variants(first.sparse(), first.rows());
            for (Cut cut : cuts(variants.stream().mapToInt(Variant::vectors).toArray(), to - from)) {
                Variant variant = variants.get(cut.variant);
                int vectors = variant.vectors(), begin = at, tiles = cut.tiles;
                calls.addAll(Pieces.of(0, tiles, nanos, (i, j) -> PlanBuilder.call(block(program(variant), scaled, first, blockRows, source, base, output, image, begin + i * vectors, j - i)
                        .set(Gemm.DEPTH, number(first.blocks())).set(Gemm.X_STRIDE, bytes(planePitch)).set(Tiles.VECTORS, number(vectors)))));
                at += tiles * vectors;
            }
        }
        return calls;
    }

    /** Tiles of one variant. */
    private record Cut(int variant, int tiles) {}

    /** As many of the widest as there is room for, then of the next; or tiles of two widths that differ by one, if these are fewer, as each takes all weights anew. */
    private static List<Cut> cuts(int[] widths, int vectors) {
        List<Cut> cuts = new ArrayList<>();
        int left = vectors, total = 0;
        for (int i = 0; i < widths.length; i++) {
            int tiles = left / widths[i];
            left -= tiles * widths[i];
            total += tiles;
            if (tiles > 0) cuts.add(new Cut(i, tiles));
        }
        int fewest = Math.ceilDiv(vectors, widths[0]), narrow = fewest == 0 ? 0 : vectors / fewest, wide = vectors - fewest * narrow;
        int a = indexOf(widths, narrow + 1), b = indexOf(widths, narrow);
        if (fewest == total || b < 0 || a < 0 && wide > 0) return cuts;
        return wide > 0 ? List.of(new Cut(a, wide), new Cut(b, fewest - wide)) : List.of(new Cut(b, fewest));
    }

    private static int indexOf(int[] values, int value) { return IntStream.range(0, values.length).filter(i -> values[i] == value).findFirst().orElse(-1); }

    private static long weightBytes(BlockRow row) { return 4L * row.blocks() * (row.rows() + (row.sparse() ? 1 : 0)); }

    /** Chunks of pixels whose input stays in the cache while all channels pass; within a chunk a channel tile's code stays while its pixels pass. */
    private List<Call> baked(PackedMatrix packed, @Nullable ScaledWeights scaled, List<BlockRow> rows, int source, long base, int planePitch, String output, int image, int from, int to) {
        int columns = Math.max(1, rows.stream().mapToInt(r -> Objects.requireNonNull(r.pattern()).offsets().length).max().orElse(0));
        int chunks = (int) Math.min(to - from, Math.ceilDiv((long) (to - from) * columns * b.machine.vectorBytes(), CHUNK_BYTES));
        bake(rows, Math.max(1, (to - from) / Math.max(1, chunks)));
        for (BlockRow row : rows) check(packed, List.of(row), source, base, planePitch, output, image, from, to);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            int start = from + (int) ((long) (to - from) * i / chunks), end = from + (int) ((long) (to - from) * (i + 1) / chunks);
            for (int r = 0; r < rows.size(); r++) {
                BlockRow row = rows.get(r), next = rows.get(Math.min(r + 1, rows.size() - 1));
                calls.add(PlanBuilder.call(block(Objects.requireNonNull(baked.get(row)), scaled, row, 1, source, base, output, image, start, end - start)
                        .set(Baked.NEXT, new Argument.CodeOf(Objects.requireNonNull(baked.get(next))))));
            }
        }
        return calls;
    }

    /** Block rows from {@code first} on, for {@code tiles} tiles from vector {@code at} on; without the kernel's own slots. */
    private ArgumentBlock<Argument> block(Program program, @Nullable ScaledWeights scaled, BlockRow first, int blockRows, int source, long base, String output, int image, int at, int tiles) {
        Layout out = b.layout(output);
        long pixel = (long) at * b.machine.lanes();
        Layout other = residual == null ? out : b.layout(residual);
        return new ArgumentBlock<Argument>(program).set(Tiles.X, PlanBuilder.at(source, base + pixel))
                .set(Tiles.Y, b.at(output, out.at(image, first.row(), 0, 0) + pixel)).set(Tiles.Y_STRIDE, bytes(out.planePitch()))
                .set(Tiles.STREAM, scaled == null ? constant(first.bytes()) : scaled.at(first)).set(Tiles.BLOCKS, number(blockRows)).set(Tiles.TILES, number(tiles))
                .set(Tiles.MASK, constant(masked ? b.planeMask(out) + 4 * pixel : 0))
                .set(Tiles.RESIDUAL, residual == null ? number(0) : b.at(residual, other.at(image, first.row(), 0, 0) + pixel))
                .set(Tiles.RESIDUAL_STRIDE, bytes(other.planePitch())).set(Tiles.ROWS, number(first.rows()));
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

    /** The programs of these rows, made by all processors: a process that starts waits for them. */
    private void bake(List<BlockRow> rows, int vectors) {
        IntStream.range(0, rows.size()).filter(i -> !baked.containsKey(rows.get(i))).parallel().mapToObj(i -> Map.entry(rows.get(i), bake(rows.get(i),
                Ahead.of(i + 1 < rows.size() ? rows.get(i + 1).pattern() : null, vectors, i == 0)))).toList().forEach(e -> baked.put(e.getKey(), e.getValue()));
    }

    private Program bake(BlockRow row, Ahead ahead) { return Baked.program(Objects.requireNonNull(row.pattern()), ahead, epilogue, residual != null, masked, b.machine); }

    private Program program(Variant variant) { return programs.computeIfAbsent(variant, v -> v.program(epilogue, residual != null, masked, b.machine)); }
}

package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.kernel.ScaleStream;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.PackedMatrix.BlockRow;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The packed weights of a pointwise convolution, multiplied anew in each run by a factor for each input channel. */
final class ScaledWeights {
    private final PlanBuilder b;
    private final long first;
    private final int buffer;

    /**
     * Adds the step that multiplies them.
     *
     * @param first byte of the packed weights among the constants, which end with them
     * @param planePitch floats between the input's channels
     */
    ScaledWeights(PlanBuilder b, String name, PackedMatrix packed, long first, int planePitch, Operand factors) {
        this.b = b;
        this.first = first;
        buffer = b.scratch(name, Math.toIntExact((b.constants.bytes() - first) / 4));
        List<Long> indexes = new ArrayList<>();
        for (BlockRow row : packed.blockRows()) indexes.add(index(row, planePitch));
        b.step("scale weights", t -> {
            List<Call> calls = new ArrayList<>();
            List<BlockRow> rows = packed.blockRows();
            for (int i = 0, end; i < rows.size(); i = end) {
                end = i + 1;
                while (sharesCall(rows.get(i)) && end < rows.size() && rows.get(end).continues(rows.get(i))) end++;
                if (sharesCall(rows.get(i))) calls.addAll(together(rows.subList(i, end), indexes.subList(i, end), factors, t));
                else calls.addAll(share(rows.get(i), indexes.get(i), factors, t));
            }
            return calls;
        });
    }

    /** Whether a block row is scaled with those that follow on it in one call, for a module that is small. */
    private boolean sharesCall(BlockRow row) { return b.machine.isSent() && row.format() == Format.SPARSE; }

    private List<Call> together(List<BlockRow> rows, List<Long> indexes, Operand factors, int t) {
        int from = b.split(rows.size(), t), to = b.split(rows.size(), t + 1);
        if (from == to) return List.of();
        BlockRow row = rows.get(from);
        return List.of(PlanBuilder.call(new ArgumentBlock<Argument>(ScaleStream.rows(row.rows())).set(ScaleStream.X, constant(row.bytes()))
                .set(ScaleStream.Y, at(row)).set(ScaleStream.BLOCK_ROWS, number(to - from)).set(ScaleStream.ROW_FACTORS, PlanBuilder.at(factors.buffer(), 0))
                .set(ScaleStream.ROW_INDEX, constant(indexes.get(from)))));
    }

    /** Where a block row's scaled stream starts. */
    Argument at(BlockRow row) { return PlanBuilder.at(buffer, (row.bytes() - first) / 4); }

    /** Which factor each record of a block row takes. */
    private long index(BlockRow row, int planePitch) {
        long at = sharesCall(row) ? b.constants.bytes() : b.constants.align();   // a shared call walks the indexes of its rows as one table, without gaps
        int[] columns = new int[row.blocks()];
        switch (row.format()) {
            case BAKED -> {
                var pattern = Objects.requireNonNull(row.pattern());
                for (int c = 0, i = 0; c < pattern.offsets().length; c++) while (i < pattern.ends()[c]) columns[i++] = pattern.offsets()[c] / (4 * planePitch);
            }
            case SPARSE -> { for (int i = 0; i < columns.length; i++) columns[i] = b.constants.get((int) (row.bytes() / 4) + (i + 1) * (1 + row.rows())) / (4 * planePitch); }
            case DENSE -> { for (int i = 0; i < columns.length; i++) columns[i] = i; }
        }
        for (int column : columns) b.constants.add(4 * column);
        return at;
    }

    private List<Call> share(BlockRow row, long index, Operand factors, int t) {
        boolean offsets = row.format() == Format.SPARSE;
        int copied = offsets ? 1 : 0, weights = row.format() == Format.BAKED ? 1 : row.rows(), header = copied + row.rows();
        int from = b.split(row.blocks(), t), to = b.split(row.blocks(), t + 1), mine = t == 0 ? header : 0;
        if (mine == 0 && from == to) return List.of();
        long skipped = t == 0 ? 0 : header + (long) from * (copied + weights);
        return List.of(PlanBuilder.call(new ArgumentBlock<Argument>(ScaleStream.program(copied, weights))
                .set(ScaleStream.X, constant(row.bytes() + 4 * skipped)).set(ScaleStream.Y, PlanBuilder.at(buffer, (row.bytes() - first) / 4 + skipped))
                .set(ScaleStream.HEADER, number(mine)).set(ScaleStream.RECORDS, number(to - from))
                .set(ScaleStream.FACTORS, PlanBuilder.at(factors.buffer(), 0)).set(ScaleStream.INDEX, constant(index + 4L * from))));
    }
}

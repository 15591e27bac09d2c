package dev.lacewing.tune;

import dev.lacewing.kernel.Baked;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.Tiles;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.CostModel.Rate;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.lang.foreign.MemorySegment;

/** The rates of patterns as code, by differences: of few and many non-zeros in a column, and of few and many columns. */
final class BakedRates {
    private static final int TILES = 8, COLUMNS = 64, FEW = 2, MANY = 10, LONG = 1024;

    private final Stopwatch watch;
    private final Machine machine;
    private final int rows;

    BakedRates(Stopwatch watch, Machine machine) {
        this.watch = watch;
        this.machine = machine;
        rows = Baked.mostRows(Epilogue.RELU6, machine);
    }

    Rate rate() {
        double few = tile(COLUMNS, FEW), many = tile(COLUMNS, MANY), half = tile(COLUMNS / 2, MANY), inner = Math.max(1e-3, (many - few) / (COLUMNS * (MANY - FEW)));
        double column = Math.max(0, (many - half) / (COLUMNS / 2) - MANY * inner), row = Math.max(0, many - COLUMNS * (column + MANY * inner)) / rows;
        double missed = CostModel.missed(Baked.Pattern.codeBytes(rows, LONG, LONG * MANY)), slow = (tile(LONG, MANY) - rows * row - LONG * column) / (LONG * MANY);
        return new Rate(row, column, inner, Math.max(inner, inner + (slow - inner) / missed));
    }

    /** Nanoseconds for one vector of pixels; the columns have {@code each} non-zeros at random rows. */
    private double tile(int columns, int each) {
        int plane = TILES * machine.lanes() + 16, n = columns * each;
        int[] offsets = new int[columns], ends = new int[columns];
        byte[] entries = new byte[n];
        for (int c = 0, at = 0; c < columns; c++) {
            offsets[c] = 4 * plane * c;
            ends[c] = (c + 1) * each;
            for (int r = watch.random().nextInt(rows), i = 0; i < each; i++) entries[at++] = (byte) ((r + 2 * i) % rows);
        }
        MemorySegment x = watch.values((long) columns * plane), y = watch.zeros((long) rows * plane), stream = watch.values(rows + n);
        Program program = Baked.program(new Baked.Pattern(rows, offsets, ends, entries), Baked.Ahead.ALONE, Epilogue.RELU6, false, false, machine);
        return watch.nanos(new ArgumentBlock<Number>(program).set(Tiles.X, x.address()).set(Tiles.Y, y.address()).set(Tiles.Y_STRIDE, 4L * plane)
                .set(Tiles.STREAM, stream.address()).set(Tiles.BLOCKS, 1).set(Tiles.TILES, TILES).set(Tiles.ROWS, rows)) / TILES;
    }
}

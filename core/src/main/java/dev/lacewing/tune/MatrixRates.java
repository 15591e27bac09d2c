package dev.lacewing.tune;

import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.Gemm;
import dev.lacewing.kernel.KernelCatalogue.Family;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.kernel.SparseFullyConnected;
import dev.lacewing.kernel.Tiles;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.CostModel.Rate;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The rates of a matrix kernel, by differences: of few and many blocks in a block row, of few and many input rows. */
final class MatrixRates {
    /** Input that the blocks of one tile read: well inside the first cache, and far beyond it. */
    private static final long NEAR_BYTES = 8 << 10, FAR_BYTES = 128 << 10;
    private static final int TILES = 4, FEW = 6, MANY = 24;

    private final Stopwatch watch;
    private final Machine machine;

    MatrixRates(Stopwatch watch, Machine machine) {
        this.watch = watch;
        this.machine = machine;
    }

    Rate of(Variant v) {
        boolean sparse = v.family() == Family.SPMM;
        int near = (int) Math.max(MANY, NEAR_BYTES / 4 / v.pixels(machine)), far = (int) Math.min(2048, FAR_BYTES / 4 / v.pixels(machine));
        double few = turn(v, 48, sparse ? near : FEW, FEW), many = turn(v, 48, sparse ? near : MANY, MANY);
        double inner = Math.max(1e-3, (many - few) / (MANY - FEW)), outer = Math.max(0, many - inner * MANY);
        double slow = sparse ? turn(v, 48, far, MANY) : turn(v, 4, far, far), missed = CostModel.missed(4L * far * v.pixels(machine));
        double block = (slow - outer) / (sparse ? MANY : far);
        return new Rate(0, outer, inner, missed == 0 ? inner : Math.max(inner, inner + (block - inner) / missed));
    }

    /** Of sparse weights times a vector, in blocks of as many rows as {@code lanes} has lanes. */
    Rate ofVector(Machine lanes) {
        double few = vector(lanes, FEW), many = vector(lanes, MANY), inner = Math.max(1e-3, (many - few) / (MANY - FEW));
        return new Rate(0, Math.max(0, many - MANY * inner), inner, inner);
    }

    private double vector(Machine lanes, int count) {
        int n = lanes.lanes(), blockRows = 64;
        MemorySegment x = watch.values(1024), y = watch.zeros((long) blockRows * n), stream = watch.values((long) blockRows * (count + 1) * (n + 1));
        for (int row = 0; row < blockRows; row++) {
            long at = (long) row * (count + 1) * (n + 1);
            stream.setAtIndex(ValueLayout.JAVA_INT, at, count);
            for (int i = 0; i < count; i++) stream.setAtIndex(ValueLayout.JAVA_INT, at + (i + 1L) * (n + 1), 4 * watch.random().nextInt(1024));
        }
        return watch.nanos(new ArgumentBlock<Number>(SparseFullyConnected.program(Epilogue.NONE, lanes)).set(SparseFullyConnected.X, x.address())
                .set(SparseFullyConnected.Y, y.address())
                .set(SparseFullyConnected.STREAM, stream.address()).set(SparseFullyConnected.BLOCKS, blockRows)) / blockRows;
    }

    /** Nanoseconds for a block row and a tile; {@code mean} blocks in a block row, more or fewer where they are sparse, at random columns. */
    private double turn(Variant v, int blockRows, int columns, int mean) {
        boolean sparse = v.family() == Family.SPMM;
        int rows = v.rows(), plane = TILES * v.pixels(machine) + 16, words = sparse ? rows + 1 : rows;
        MemorySegment x = watch.values((long) columns * plane), y = watch.zeros((long) blockRows * rows * plane);
        MemorySegment stream = watch.values((long) blockRows * (mean + 1) * words);
        long at = 0;
        for (int row = 0, count = mean; row < blockRows; row++) {
            if (sparse) {
                count = row % 2 == 1 ? 2 * mean - count : mean / 2 + watch.random().nextInt(mean + 1);
                stream.setAtIndex(ValueLayout.JAVA_INT, at, count);
            }
            at += words;
            for (int i = 0; i < count; i++, at += words)
                if (sparse) stream.setAtIndex(ValueLayout.JAVA_INT, at, 4 * plane * Math.min((int) ((i + watch.random().nextFloat()) * columns / count), columns - 1));
        }
        double nanos = watch.nanos(new ArgumentBlock<Number>(v.program(Epilogue.RELU6, false, false, machine)).set(Tiles.X, x.address())
                .set(Tiles.Y, y.address()).set(Tiles.Y_STRIDE, 4L * plane)
                .set(Tiles.STREAM, stream.address()).set(Tiles.BLOCKS, blockRows).set(Tiles.TILES, TILES).set(Gemm.DEPTH, columns).set(Gemm.X_STRIDE, 4L * plane));
        return nanos / (blockRows * TILES);
    }
}

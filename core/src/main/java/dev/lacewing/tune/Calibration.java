package dev.lacewing.tune;

import dev.lacewing.emit.Tier;
import dev.lacewing.general.General;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.Depthwise;
import dev.lacewing.kernel.ElementFunction;
import dev.lacewing.kernel.Elementwise;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.FullyConnected;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.kernel.KernelCatalogue;
import dev.lacewing.kernel.LaneSum;
import dev.lacewing.kernel.Move;
import dev.lacewing.kernel.PlaneSum;
import dev.lacewing.kernel.Pool;
import dev.lacewing.kernel.Rows;
import dev.lacewing.kernel.ScaleStream;
import dev.lacewing.kernel.Stage;
import dev.lacewing.kernel.Strips;
import dev.lacewing.plan.CostModel.Rate;
import dev.lacewing.plan.CostModel;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Times every kernel of a tier on synthetic data, each at two or three sizes whose differences are its rates. */
public final class Calibration {
    private static final long PLAIN_JAVA_NANOS = 150_000_000, COMPILED_NANOS = 4_000_000_000L;

    /** Apart in time, so that a busy spell of the machine meets a kernel once at most. */
    private static final int ROUNDS = 3;

    private final Machine machine;
    private final Stopwatch watch;
    private final Map<String, Rate> rates = new TreeMap<>();

    private Calibration(Machine machine, Stopwatch watch) {
        this.machine = machine;
        this.watch = watch;
    }

    /** Times a program elsewhere than in this process. */
    @FunctionalInterface
    public interface Clock {
        /**
         * Nanoseconds of a call.
         *
         * @param arguments the argument block
         * @param data all other memory that the program uses, where the arguments say that it stands
         */
        double nanos(Program program, MemorySegment arguments, List<MemorySegment> data);
    }

    /**
     * Of what runs elsewhere, with kernels ready as machine code.
     *
     * @return rates in nanoseconds on one thread; instead of plain Java, which does not run there, of moving single floats
     */
    public static CostModel measure(Machine machine, Clock clock) {
        try (Stopwatch watch = new Stopwatch(clock)) {
            Calibration calibration = new Calibration(machine, watch);
            calibration.rounds(ROUNDS);
            calibration.put(CostModel.GENERAL, element(calibration.move()));
            return new CostModel("measured elsewhere", machine, calibration.rates);
        }
    }

    /**
     * About a second where kernels are machine code from the start; minutes where the JVM compiles them. The calling thread works all the time.
     *
     * @return rates in nanoseconds on one thread
     */
    public static CostModel measure(Tier tier) {
        try (Stopwatch watch = new Stopwatch(tier, isReadyCode(tier) ? 0 : COMPILED_NANOS); Stopwatch plain = new Stopwatch(tier, PLAIN_JAVA_NANOS)) {
            Calibration calibration = new Calibration(isReadyCode(tier) ? tier.machine().baking() : tier.machine(), watch);
            calibration.rounds(isReadyCode(tier) ? ROUNDS : 1);
            calibration.put(CostModel.GENERAL, element(concat(plain)));
            return new CostModel("measured on this machine", tier.machine(), calibration.rates);
        }
    }

    /** Kernels of this tier are machine code: as fast at once as they will ever be. */
    public static boolean isReadyCode(Tier tier) { return tier.name().equals("x64"); }

    private void rounds(int rounds) {
        for (int round = 0; round < rounds; round++) {
            if (round > 0) watch.again();
            kernels();
        }
    }

    private void kernels() {
        MatrixRates matrices = new MatrixRates(watch, machine), scalars = new MatrixRates(watch, Machine.SCALAR);
        for (Variant v : KernelCatalogue.spmm(machine)) put(CostModel.name(v, machine.lanes()), matrices.of(v));
        for (Variant v : KernelCatalogue.gemm(machine)) put(CostModel.name(v, machine.lanes()), matrices.of(v));
        for (Variant v : KernelCatalogue.spmm(Machine.SCALAR)) if (v.vectors() == 1) put(CostModel.name(v, 1), scalars.of(v));
        for (Machine m : Machine.ALL) if (m.lanes() > 1 && m.lanes() <= machine.lanes()) put(CostModel.sparseVectorName(m.lanes()), matrices.ofVector(m));
        for (int kernel = 3; kernel <= 5; kernel += 2)
            for (int stride = 1; stride <= 2; stride++)
                for (int width = 1; width <= Strips.of(64, kernel, stride, machine).width(); width++) {
                    put(CostModel.depthwiseName(kernel, stride, width), depthwise(kernel, stride, width));
                    if (machine.bakes()) put(CostModel.planeName(kernel, stride, width, false), plane(kernel, stride, width, machine));
                    if (machine.bakes() && machine.lanes() == 16 && width == 1) put(CostModel.planeName(kernel, stride, width, true), plane(kernel, stride, width, machine.halved()));
                }
        if (CostModel.bakesPatterns(machine)) put(CostModel.BAKED, new BakedRates(watch, machine).rate());
        for (ElementFunction function : CostModel.PASSES) put(CostModel.name(function), planes((planes, vectors) -> pass(function, planes, vectors)));
        double plain = pass(new ElementFunction.Apply(Epilogue.NONE), 4, 40);
        for (Epilogue epilogue : CostModel.EPILOGUES) put(CostModel.name(epilogue), element(Math.max(0, pass(new ElementFunction.Apply(epilogue), 4, 40) - plain) / (4 * 40)));
        put(CostModel.STAGE, stage());
        put(CostModel.SCALE_STREAM, element(scaleStream()));
        put(CostModel.PLANE_SUM, planes((planes, vectors) -> planeSum(planes, vectors)));
        put(CostModel.LANE_SUM, element(laneSum()));
        put(CostModel.POOL, planes((planes, vectors) -> pool(planes, vectors), 9));
        put(CostModel.FULLY_CONNECTED, fullyConnected());
        put(CostModel.MEMORY, memory());
    }

    private void put(String name, Rate rate) { rates.put(name, rate); }

    private static Rate element(double nanos) { return new Rate(0, 0, nanos, nanos); }

    private Rate depthwise(int kernel, int stride, int width) {
        double tall = depthwise(kernel, stride, new Strips(width, 2, 0), 8, 42), low = depthwise(kernel, stride, new Strips(width, 2, 0), 8, 14);
        double row = Math.max(1e-3, (tall - low) / (8 * 2 * 28));
        // As many strips, each alone in its plane.
        double alone = depthwise(kernel, stride, new Strips(width, 1, 0), 16, 14), plane = Math.max(0, (alone - low) / 8), strip = Math.max(0, alone / 16 - plane - 14 * row);
        return new Rate(plane, strip, row, row);
    }

    private double depthwise(int kernel, int stride, Strips strips, int channels, int rows) {
        int lanes = machine.lanes(), columns = strips.vectors() * lanes, xRow = columns * stride + kernel, yRow = columns + 2, last = columns - strips.width() * lanes;
        int xPlane = (rows * stride + kernel) * xRow + 16, yPlane = yRow * rows + 16;
        MemorySegment x = watch.values((long) channels * xPlane + 8L * lanes), y = watch.zeros((long) channels * yPlane + lanes), weights = watch.values((long) channels * (kernel * kernel + 1));
        return watch.nanos(new ArgumentBlock<Number>(Depthwise.program(kernel, stride, strips, Epilogue.RELU6, false, machine))
                .set(Depthwise.X, x.address() + 4L * stride * last).set(Depthwise.X_ROW, 4L * xRow).set(Depthwise.X_PLANE, 4L * xPlane)
                .set(Depthwise.Y, y.address() + 4L * last).set(Depthwise.Y_ROW, 4L * yRow).set(Depthwise.Y_PLANE, 4L * yPlane)
                .set(Depthwise.WEIGHTS, weights.address()).set(Depthwise.CHANNELS, channels).set(Depthwise.WIDE, strips.wide()).set(Depthwise.NARROW, strips.narrow())
                .set(Depthwise.PHASES, 2).set(Depthwise.WARM_UP, Depthwise.warmUp(kernel, stride, machine)).set(Depthwise.WARM_UP_STEP, 0).set(Depthwise.ROWS, rows));
    }

    /** Planes of few rows, whose walk is code of its own. */
    private Rate plane(int kernel, int stride, int width, Machine machine) {
        double few = plane(kernel, stride, width, machine, 4), many = plane(kernel, stride, width, machine, 14), row = Math.max(1e-3, (many - few) / 10);
        return new Rate(0, Math.max(0, few - 4 * row), row, row);
    }

    private double plane(int kernel, int stride, int width, Machine machine, int rows) {
        int lanes = machine.lanes(), planes = 64, in = rows * stride, xRow = width * lanes * stride + kernel, xPlane = (in + kernel) * xRow + 16, yRow = width * lanes + 2, yPlane = yRow * rows + 16;
        MemorySegment x = watch.values((long) planes * xPlane + 8L * lanes), y = watch.zeros((long) planes * yPlane + lanes), weights = watch.values((long) planes * (kernel * kernel + 1));
        Program program = Depthwise.plane(kernel, stride, new Rows(in, rows, kernel / 2), width, Epilogue.RELU6, false, machine);
        return watch.nanos(new ArgumentBlock<Number>(program)
                .set(Depthwise.X, x.address() + 4L * kernel * xRow).set(Depthwise.X_ROW, 4L * xRow).set(Depthwise.X_PLANE, 4L * xPlane)
                .set(Depthwise.Y, y.address()).set(Depthwise.Y_ROW, 4L * yRow).set(Depthwise.Y_PLANE, 4L * yPlane)
                .set(Depthwise.WEIGHTS, weights.address()).set(Depthwise.CHANNELS, planes)) / planes;
    }

    private interface Planes {
        double nanos(int planes, int vectors);
    }

    private static Rate planes(Planes pass) { return planes(pass, 1); }

    /** @param perVector turns of the inner loop for each vector */
    private static Rate planes(Planes pass, int perVector) {
        double few = pass.nanos(64, 4) / 64, many = pass.nanos(64, 48) / 64;
        double vector = Math.max(1e-3, (many - few) / 44);
        return new Rate(0, Math.max(0, few - 4 * vector), vector / perVector, vector / perVector);
    }

    private double pass(ElementFunction function, int planes, int vectors) {
        int plane = vectors * machine.lanes() + 16;
        MemorySegment x = watch.values((long) planes * plane), y = watch.zeros((long) planes * plane), table = watch.values(2L * planes);
        long pitch = 4L * plane;
        return watch.nanos(new ArgumentBlock<Number>(Elementwise.program(function, false, machine)).set(Elementwise.CHANNELS, planes)
                .set(Elementwise.VECTORS, vectors)
                .set(Elementwise.X, x.address()).set(Elementwise.X_PLANE, pitch).set(Elementwise.Y, y.address()).set(Elementwise.Y_PLANE, pitch)
                .set(Elementwise.Z, x.address()).set(Elementwise.Z_PLANE, pitch).set(Elementwise.TABLE, table.address()));
    }

    private double planeSum(int planes, int vectors) {
        int plane = vectors * machine.lanes() + 16;
        MemorySegment x = watch.values((long) planes * plane), y = watch.zeros((long) planes * machine.lanes());
        return watch.nanos(new ArgumentBlock<Number>(PlaneSum.program(false, machine)).set(PlaneSum.X, x.address()).set(PlaneSum.X_PLANE, 4L * plane)
                .set(PlaneSum.Y, y.address()).set(PlaneSum.CHANNELS, planes).set(PlaneSum.VECTORS, vectors));
    }

    /** For each plane. */
    private double laneSum() {
        int blocks = 64, lanes = machine.lanes();
        MemorySegment x = watch.values((long) blocks * lanes * lanes), y = watch.zeros((long) blocks * lanes);
        return watch.nanos(new ArgumentBlock<Number>(LaneSum.program(machine)).set(LaneSum.X, x.address()).set(LaneSum.Y, y.address())
                .set(LaneSum.SCALE, watch.values(1).address()).set(LaneSum.BLOCKS, blocks)) / (blocks * lanes);
    }

    /** For each weight, in records of one. */
    private double scaleStream() {
        int weights = 4096, channels = 64;
        MemorySegment index = watch.zeros(weights);
        for (int i = 0; i < weights; i++) index.setAtIndex(ValueLayout.JAVA_INT, i, 4 * (i % channels));
        return watch.nanos(new ArgumentBlock<Number>(ScaleStream.program(0, 1)).set(ScaleStream.X, watch.values(weights).address())
                .set(ScaleStream.Y, watch.zeros(weights).address())
                .set(ScaleStream.HEADER, 0).set(ScaleStream.RECORDS, weights).set(ScaleStream.FACTORS, watch.values(channels).address())
                .set(ScaleStream.INDEX, index.address())) / weights;
    }

    private double pool(int planes, int vectors) {
        int plane = vectors * machine.lanes() + 16;
        MemorySegment x = watch.values((long) planes * plane), y = watch.zeros((long) planes * plane), taps = watch.zeros(10);
        taps.setAtIndex(ValueLayout.JAVA_INT, 0, 9);
        for (int i = 1; i < 10; i++) taps.setAtIndex(ValueLayout.JAVA_INT, i, 4 * (i - 1));
        return watch.nanos(new ArgumentBlock<Number>(Pool.program(Pool.Kind.MAX, 4, false, machine)).set(Pool.X, x.address()).set(Pool.X_PLANE, 4L * plane)
                .set(Pool.Y, y.address()).set(Pool.Y_PLANE, 4L * plane).set(Pool.TAPS, taps.address()).set(Pool.CHANNELS, planes).set(Pool.TILES, vectors / 4));
    }

    /** Weights that stay in the second cache. */
    private Rate fullyConnected() {
        double few = fullyConnected(2, 32), many = fullyConnected(2, 256), input = Math.max(1e-3, (many - few) / (2 * 224));
        return new Rate(0, Math.max(0, few / 2 - 32 * input), input, input);
    }

    private double fullyConnected(int tiles, int depth) {
        int tile = 4 * machine.lanes();
        MemorySegment x = watch.values(depth), y = watch.zeros((long) tiles * tile), stream = watch.values((long) tiles * tile * (depth + 1));
        return watch.nanos(new ArgumentBlock<Number>(FullyConnected.program(4, Epilogue.NONE, machine)).set(FullyConnected.X, x.address())
                .set(FullyConnected.Y, y.address())
                .set(FullyConnected.STREAM, stream.address()).set(FullyConnected.TILES, tiles).set(FullyConnected.DEPTH, depth));
    }

    /** Fully connected layers as large as a large activation, and as all the weights of a small network: bound by reading them. */
    private Rate memory() { return new Rate(0, 0, memory(4), memory(24)); }

    private double memory(int megabytes) {
        int tile = 4 * machine.lanes(), depth = 1024, tiles = (megabytes << 20) / (4 * tile * depth);
        return fullyConnected(tiles, depth) / (4.0 * tiles * tile * depth);
    }

    private Rate stage() {
        double few = stage(2), many = stage(16), vector = Math.max(1e-3, (many - few) / (16 * 28 * 14));
        return new Rate(0, Math.max(0, few / (16 * 28) - 3 * vector), vector, vector);
    }

    /** 16 planes of 28 rows, {@code vectors} of them and one of padding; of both parities, as the windows of stride 2 need them. */
    private double stage(int vectors) {
        int lanes = machine.lanes(), row = vectors * lanes + 2, plane = 30 * row + 4 * lanes, xRow = 2 * vectors * lanes;
        MemorySegment x = watch.values(16L * 28 * xRow + 4L * lanes), y = watch.zeros(32L * plane + 4L * lanes);
        return watch.nanos(new ArgumentBlock<Number>(Stage.program(Stage.Columns.BOTH, 0, machine)).set(Stage.PLANES, 16)
                .set(Stage.X, x.address()).set(Stage.X_ROW, 4L * xRow).set(Stage.X_PLANE, 4L * 28 * xRow).set(Stage.Y, y.address()).set(Stage.Y_ROW, 4L * row)
                .set(Stage.Y_PLANE, 4L * plane).set(Stage.HEAD, 1).set(Stage.TAIL, 4L * 28 * row / (4L * lanes) * (4L * lanes)).set(Stage.TAIL_VECTORS, 1)
                .set(Stage.FIRST, 4).set(Stage.ROWS, 28).set(Stage.VECTORS, vectors).set(Stage.END, 4L * vectors * lanes).set(Stage.FILLS, 1)
                .set(Stage.ODD_PLANE, 4L * 16 * plane).set(Stage.ODD, 4L * 16 * plane).set(Stage.ODD_END, 4L * vectors * lanes)) / 2;
    }

    /** For each float, of planes that are transposed. */
    private double move() {
        int side = 28, planes = 16, floats = planes * side * side;
        MemorySegment x = watch.values(floats), y = watch.zeros(floats), table = watch.zeros(Move.RECORD);
        int[] record = {0, 0, side, 4 * side, 4, side, 4, 4 * side};
        MemorySegment.copy(record, 0, table, ValueLayout.JAVA_INT, 0, record.length);
        long plane = 4L * side * side;
        return watch.nanos(new ArgumentBlock<Number>(Move.program(Machine.SCALAR)).set(Move.X, x.address()).set(Move.X_JUMP, plane).set(Move.Y, y.address())
                .set(Move.Y_JUMP, plane).set(Move.TABLE, table.address()).set(Move.GROUPS, 1).set(Move.ZERO, 0).set(Move.TIMES, planes)) / floats;
    }

    /** For each element written. */
    private static double concat(Stopwatch watch) {
        Layout in = Layout.flat(Shape.of(1, 16, 28, 28)), out = Layout.flat(Shape.of(1, 32, 28, 28));
        long x = watch.values(in.size()).address();
        return watch.nanos(General.kernel(new Op.Concat(1), List.of(in, in), out), x, x, watch.zeros(out.size()).address()) / out.shape().size();
    }
}

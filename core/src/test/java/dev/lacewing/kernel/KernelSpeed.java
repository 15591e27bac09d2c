package dev.lacewing.kernel;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Logger;

/** Not a test: logs the speed of kernels, GFLOP/s, medians. Arguments: lanes, then a part of the names wanted. Catches vectors that C2 boxes. */
final class KernelSpeed {
    private static final Logger LOG = Logger.getLogger(KernelSpeed.class.getName());
    private static final Arena ARENA = Arena.ofAuto();
    private final Machine machine;
    private final String wanted;

    private KernelSpeed(Machine machine, String wanted) {
        this.machine = machine;
        this.wanted = wanted;
    }

    public static void main(String[] args) {
        new KernelSpeed(Machine.ofLanes(Integer.parseInt(args[0])), args.length > 1 ? args[1] : "").all();
    }

    private void all() {
        for (var v : KernelCatalogue.spmm(machine)) {
            matrix(v, false, 256, 256, 784, .9);
            if (v.vectors() > 1) matrix(v, true, 256, 256, 784, .9);
        }
        for (var v : KernelCatalogue.gemm(machine)) matrix(v, false, 256, 256, 784, 0);
        for (int k = 3; k <= 5; k += 2)
            for (int s = 1; s <= 2; s++) {
                depthwise(k, s, true, 64, 56 / s);
                depthwise(k, s, true, 256, 14);
            }
        for (var f : new ElementFunction[] {new ElementFunction.Apply(Epilogue.NONE), new ElementFunction.Apply(new Epilogue.Swish()),
                new ElementFunction.Apply(new Epilogue.HardSwish()), new ElementFunction.PRelu(),
                new ElementFunction.Binary(dev.lacewing.program.Instruction.Arithmetic.ADD, Epilogue.RELU)}) elementwise(f);
        fullyConnected(4);
        pool(2);
        pool(4);
    }

    private void matrix(KernelCatalogue.Variant v, boolean masked, int m, int k, int pixels, double sparsity) {
        Program program = v.program(Epilogue.RELU6, masked, machine);
        if (!program.name().contains(wanted)) return;
        Random random = new Random(7);
        int n = v.rows(), stride = (pixels + 15) / 16 * 16, tiles = stride / v.pixels(machine), blocks = m / n, nonZeros = 0;
        Floats x = Floats.random(ARENA, k * stride, random, 1), y = new Floats(ARENA, m * stride), mask = new Floats(ARENA, stride);
        for (int i = 0; i < stride; i++) mask.mask(i, true);
        boolean sparse = v.family() == KernelCatalogue.Family.SPMM;
        Floats stream = new Floats(ARENA, blocks * (k + 1) * (n + 1));
        int at = 0;
        for (int b = 0; b < blocks; b++) {
            int header = at++, count = 0;
            if (!sparse) at--;
            for (int i = 0; i < n; i++) stream.set(at++, .5f);
            for (int c = 0; c < k; c++)
                if (random.nextDouble() >= sparsity) {
                    if (sparse) stream.setInt(at++, 4 * c * stride);
                    for (int i = 0; i < n; i++) stream.set(at++, random.nextFloat() - .5f);
                    count++;
                }
            if (sparse) stream.setInt(header, count);
            nonZeros += count * n;
        }
        time(program, Runs.block(ARENA, x.address(), y.address(), stream.address(), 4L * stride, blocks, tiles, mask.address(), k, 4L * stride), 2.0 * nonZeros * tiles * v.pixels(machine));
    }

    private void depthwise(int k, int s, boolean masked, int channels, int side) {
        Program program = Depthwise.program(k, s, Epilogue.RELU6, masked, machine);
        if (!program.name().contains(wanted)) return;
        int lanes = machine.lanes(), strips = Math.ceilDiv(side, lanes), xRow = side * s + k - s, xPlane = (side * s + k - s) * xRow + 16, yRow = side + k / 2, yPlane = yRow * side + 16;
        xPlane = (xPlane + 15) / 16 * 16;
        yPlane = (yPlane + 15) / 16 * 16;
        Floats x = Floats.random(ARENA, channels * xPlane + 64, new Random(1), 1), y = new Floats(ARENA, channels * yPlane + 64), w = Floats.random(ARENA, channels * (k * k + 1), new Random(2), 1);
        Floats mask = new Floats(ARENA, strips * lanes);
        for (int i = 0; i < mask.size; i++) mask.mask(i, i < side);
        int last = (strips - 1) * lanes;
        time(program, Runs.block(ARENA, x.address(s * last), y.address(last), w.address(), channels, strips, 4L * xRow, 4L * xPlane, 4L * yPlane, mask.address(last), 2, Depthwise.warmUp(k, s), 0,
                side, 4L * yRow), 2.0 * k * k * channels * side * side, " " + channels + "x" + side);
    }

    private void elementwise(ElementFunction f) {
        Program program = Elementwise.program(f, false, machine);
        if (!program.name().contains(wanted)) return;
        int n = 64 * 28 * 28;
        Floats x = Floats.random(ARENA, n, new Random(1), 1), y = new Floats(ARENA, n);
        time(program, Runs.block(ARENA, x.address(), y.address(), 64, 28 * 28 / machine.lanes(), 4 * 784, 4 * 784, y.address(), 4 * 784, x.address(), 0), n, " (elements)");
    }

    private void fullyConnected(int vectors) {
        Program program = FullyConnected.program(vectors, Epilogue.NONE, machine);
        if (!program.name().contains(wanted)) return;
        int width = vectors * machine.lanes(), tiles = 1024 / width;
        Floats x = Floats.random(ARENA, 1024, new Random(1), 1), y = new Floats(ARENA, 1024), stream = Floats.random(ARENA, 1025 * 1024, new Random(1), 1);
        time(program, Runs.block(ARENA, x.address(), y.address(), stream.address(), tiles, 1024), 2.0 * 1024 * 1024);
    }

    private void pool(int vectors) {
        Program program = Pool.program(Pool.Kind.MAX, vectors, true, machine);
        if (!program.name().contains(wanted)) return;
        int n = 64 * 784;
        Floats x = Floats.random(ARENA, n + 100, new Random(1), 1), y = new Floats(ARENA, n), taps = new Floats(ARENA, 10);
        taps.setInt(0, 9);
        for (int i = 0; i < 9; i++) taps.setInt(1 + i, 4 * (i / 3 * 28 + i % 3));
        time(program, Runs.block(ARENA, x.address(), y.address(), taps.address(), x.address(), 64, 784 / machine.lanes() / vectors, 4 * 784, 4 * 784), 9.0 * n, " (taps)");
    }

    private void time(Program program, MemorySegment arguments, double flops) { time(program, arguments, flops, ""); }

    private void time(Program program, MemorySegment arguments, double flops, String what) {
        Kernel kernel = new JvmEmitter().emit(program);
        for (long end = System.nanoTime() + 900_000_000L; System.nanoTime() < end; ) kernel.run(arguments.address());
        double[] times = new double[41];
        int repeat = (int) Math.max(1, 1e6 / (flops / 100));
        for (int round = 0; round < times.length; round++) {
            long from = System.nanoTime();
            for (int i = 0; i < repeat; i++) kernel.run(arguments.address());
            times[round] = (double) (System.nanoTime() - from) / repeat;
        }
        Arrays.sort(times);
        LOG.info(() -> String.format(java.util.Locale.ROOT, "%-28s %7.1f, best %7.1f%s", program.name(), flops / times[20], flops / times[0], what));
    }
}

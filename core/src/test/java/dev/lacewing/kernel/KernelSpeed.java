package dev.lacewing.kernel;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.logging.Logger;

/**
 * Not a test: logs the speed of kernels in GFLOP/s, medians of rounds in which all ways of running take turns, and the median of each round's ratio to JVM code.
 * Arguments: lanes, then a part of the names wanted. Catches vectors that C2 boxes.
 */
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
        Map<String, Kernel> kernels = new LinkedHashMap<>(Map.of("jvm", new JvmEmitter().emit(program)));
        Runs.x64(program).forEach(kernels::put);
        for (Kernel kernel : kernels.values())
            for (long end = System.nanoTime() + 900_000_000L; System.nanoTime() < end; ) kernel.run(arguments.address());
        double[][] times = new double[kernels.size()][41];
        int repeat = (int) Math.max(1, 1e6 / (flops / 100));
        for (int round = 0; round < times[0].length; round++) {
            int at = 0;
            for (Kernel kernel : kernels.values()) {
                long from = System.nanoTime();
                for (int i = 0; i < repeat; i++) kernel.run(arguments.address());
                times[at++][round] = (double) (System.nanoTime() - from) / repeat;
            }
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-28s", program.name()));
        int at = 0;
        for (String name : kernels.keySet()) {
            double[] sorted = times[at].clone(), ratios = new double[sorted.length];
            for (int i = 0; i < ratios.length; i++) ratios[i] = times[0][i] / times[at][i];
            Arrays.sort(sorted);
            Arrays.sort(ratios);
            line.append(String.format(Locale.ROOT, "  %s %.1f, best %.1f", name, flops / sorted[sorted.length / 2], flops / sorted[0]));
            if (at++ > 0) line.append(String.format(Locale.ROOT, ", %.2f x", ratios[ratios.length / 2]));
        }
        LOG.info(() -> line + what);
    }
}

package dev.lacewing.kernel;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.emit.x64.X64Emitter;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.kernel.Depthwise.Rows;
import dev.lacewing.kernel.Depthwise.Strips;
import dev.lacewing.program.Emitter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.logging.Logger;

/**
 * Not a test: logs the speed of depthwise kernels on the shapes of well-known networks, GFLOP/s of 2 * k * k * outputs, medians, all candidates of a shape
 * interleaved, the planner's with a star. Arguments: x64 or jvm, lanes, then a part of the shapes' names.
 */
final class DepthwiseSpeed {
    private static final Logger LOG = Logger.getLogger(DepthwiseSpeed.class.getName());

    /** Filter, stride, channels, side of the output plane. */
    private static final int[][] SHAPES = {{3, 1, 32, 112}, {3, 1, 128, 56}, {3, 1, 64, 56}, {3, 1, 256, 28}, {3, 1, 128, 28}, {3, 1, 512, 14}, {3, 1, 1024, 7},
            {3, 2, 64, 56}, {3, 2, 128, 28}, {3, 2, 256, 14}, {3, 2, 512, 7}, {5, 1, 240, 28}, {5, 1, 672, 14}, {5, 1, 1152, 7}, {5, 2, 144, 28}, {5, 2, 672, 7}};

    record Candidate(String name, Kernel kernel, MemorySegment arguments, double[] times) {}

    private final Arena arena = Arena.ofAuto();
    private final Emitter emitter;
    private final int k, s, channels, side;
    private final List<Candidate> candidates = new ArrayList<>();

    private DepthwiseSpeed(Emitter emitter, int k, int s, int channels, int side) {
        this.emitter = emitter;
        this.k = k;
        this.s = s;
        this.channels = channels;
        this.side = side;
    }

    public static void main(String[] args) {
        boolean x64 = args[0].equals("x64");
        Machine lanes = Machine.ofLanes(Integer.parseInt(args[1])), machine = x64 ? DepthwiseTest.baking(lanes) : lanes;
        for (int[] shape : SHAPES) {
            DepthwiseSpeed speed = new DepthwiseSpeed(x64 ? new X64Emitter() : new JvmEmitter(), shape[0], shape[1], shape[2], shape[3]);
            if (args.length > 2 && !speed.toString().contains(args[2])) continue;
            speed.all("", machine);
            if (machine.lanes() == 16 && shape[3] <= 8) speed.all("halved ", machine.halved());
            LOG.info(speed.measure(x64 ? 30_000_000L : 1_500_000_000L));
        }
    }

    @Override public String toString() { return String.format(Locale.ROOT, "%dx%d/%d %dx%dx%d", k, k, s, channels, side, side); }

    private void all(String what, Machine machine) {
        int vectors = Math.ceilDiv(side, machine.lanes());
        Strips chosen = Strips.of(vectors, k, s, machine);
        for (int width = 1; width <= Math.min(4, vectors); width++) {
            int count = Math.ceilDiv(vectors, width), narrow = count * width - vectors;
            if (narrow > count - 1) continue;
            Strips strips = new Strips(width, count - narrow, narrow);
            try {
                add(what + width + (strips.equals(chosen) ? "*" : ""), Depthwise.program(k, s, strips, Epilogue.RELU6, false, machine), strips, 0);
            } catch (Invalid tooWide) {
                break;
            }
        }
        Rows rows = new Rows(side * s, side, k / 2);
        if (chosen.count() == 1 && rows.isWorthCode(k, s, machine))
            add(what + "plane", Depthwise.plane(k, s, rows, vectors, Epilogue.RELU6, false, machine), chosen, k / 2);
    }

    private void add(String name, Program program, Strips strips, int firstRow) {
        int pad = k / 2, inSide = side * s, xRow = inSide + pad, before = (pad * xRow + pad + 15) / 16 * 16, xPlane = ((inSide + pad) * xRow + before + 15) / 16 * 16;
        int yRow = side, yPlane = (side * yRow + 16 + 15) / 16 * 16, last = (strips.vectors() - strips.width()) * program.machine().lanes();
        if (xPlane % 1024 == 0) xPlane += 16;
        if (yPlane % 1024 == 0) yPlane += 16;
        Floats x = Floats.random(arena, before + channels * xPlane + 64, new Random(1), 1), y = new Floats(arena, channels * yPlane + 64);
        Floats w = Floats.random(arena, channels * (k * k + 1), new Random(2), 1);
        candidates.add(new Candidate(name, emitter.emit(program), Runs.block(arena, x.address(before + (firstRow - pad) * xRow - pad + s * last), y.address(last), w.address(), channels,
                strips.wide(), strips.narrow(), 4L * xRow, 4L * xPlane, 4L * yPlane, 0, 2, Depthwise.warmUp(k, s, program.machine()), 0, side, 4L * yRow), new double[31]));
    }

    private String measure(long warmUp) {
        double flops = 2.0 * k * k * channels * side * side;
        int repeat = (int) Math.max(1, 5e5 / (flops / 50));
        for (Candidate c : candidates)
            for (long end = System.nanoTime() + warmUp; System.nanoTime() < end; ) c.kernel.run(c.arguments.address());
        for (int round = 0; round < 31; round++)
            for (Candidate c : candidates) {
                long from = System.nanoTime();
                for (int i = 0; i < repeat; i++) c.kernel.run(c.arguments.address());
                c.times[round] = (double) (System.nanoTime() - from) / repeat;
            }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", this));
        for (Candidate c : candidates) {
            Arrays.sort(c.times);
            line.append(String.format(Locale.ROOT, "  %s %5.1f", c.name, flops / c.times[15]));
        }
        return line.toString();
    }
}

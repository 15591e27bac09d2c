package dev.lacewing.general;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lacewing.graph.Op;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One kernel serves many threads at once, and runs without garbage. */
class ReentrancyTest {
    private static final Shape SHAPE = Shape.of(2, 4, 9, 7);

    private static final List<Op> OPS = List.of(new Op.Identity(), new Op.Transpose(List.of(0, 2, 3, 1)), new Op.Pad(List.of(0, 0, 1, 2), List.of(0, 0, 2, 1), Op.PadMode.CONSTANT, 1),
            new Op.Softmax(1), new Op.Resize(18, 14, 2, 2, Op.ResizeMode.LINEAR, Op.Coordinates.HALF_PIXEL, Op.NearestMode.FLOOR));

    @Test
    void runsAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Op op : OPS) {
            try (Arena arena = Arena.ofConfined()) {
                Kernel kernel = kernel(op);
                long block = block(arena, op, new SplittableRandom(1)).address();
                long least = Long.MAX_VALUE;
                for (int round = 0; round < 200 && least > 0; round++) {
                    for (int i = 0; i < 50; i++) kernel.run(block);
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < 20; i++) kernel.run(block);
                    least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
                }
                assertThat(least).as("bytes allocated by 20 runs of " + op).isZero();
            }
        }
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        try (ExecutorService team = Executors.newFixedThreadPool(4); Arena arena = Arena.ofShared()) {
            for (Op op : OPS) {
                Kernel kernel = kernel(op);
                Layout out = output(op);
                List<Future<float[]>> futures = new ArrayList<>();
                List<float[]> alone = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    MemorySegment block = block(arena, op, new SplittableRandom(t));
                    kernel.run(block.address());
                    alone.add(read(block, out));
                    Callable<float[]> loop = () -> {
                        for (int i = 0; i < 200; i++) kernel.run(block.address());
                        return read(block, out);
                    };
                    futures.add(team.submit(loop));
                }
                for (int t = 0; t < 4; t++) assertThat(futures.get(t).get()).as(op.toString()).isEqualTo(alone.get(t));
                assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
            }
        }
    }

    private static Layout input() { return Layout.planes(SHAPE, 8, 1, 1, 1, 1); }

    private static Layout output(Op op) {
        Shape shape = Trial.infer(op, List.of(SHAPE));
        return Layout.planes(shape, shape.dim(3) + 1, 1, 1, 1, 1);
    }

    private static Kernel kernel(Op op) { return General.kernel(op, List.of(input()), output(op)); }

    private static MemorySegment block(Arena arena, Op op, SplittableRandom random) {
        MemorySegment in = arena.allocate(4L * input().size(), 64), out = arena.allocate(4L * output(op).size(), 64), block = arena.allocate(16, 8);
        for (int i = 0; i < SHAPE.size(); i++) in.setAtIndex(ValueLayout.JAVA_FLOAT, input().at(i), (float) random.nextGaussian());
        block.setAtIndex(ValueLayout.JAVA_LONG, 0, in.address());
        block.setAtIndex(ValueLayout.JAVA_LONG, 1, out.address());
        return block;
    }

    private static float[] read(MemorySegment block, Layout out) {
        MemorySegment buffer = MemorySegment.ofAddress(block.getAtIndex(ValueLayout.JAVA_LONG, 1)).reinterpret(4L * out.size());
        return buffer.toArray(ValueLayout.JAVA_FLOAT);
    }
}

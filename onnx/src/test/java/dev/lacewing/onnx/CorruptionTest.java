package dev.lacewing.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes are: a graph that can be planned, or a LacewingException, and never an allocation out of proportion. */
@Timeout(120)
class CorruptionTest {
    /** What one read may allocate: the budget's free elements and their index maps, with room to spare. */
    private static final long MOST_BYTES = 1L << 28;

    /** In all values of what is planned. */
    private static final long MOST_FLOATS = 1L << 18;

    private final Set<String> different = new HashSet<>();
    private int planned, unplanned;

    @TempDir
    Path folder;

    @Test
    void truncatedFilesAreMalformed() {
        byte[] good = sample();
        int refused = 0;
        for (int length = 0; length < good.length; length += length < 200 ? 1 : 7) refused += survives(Arrays.copyOf(good, length)) ? 0 : 1;
        assertThat(refused).isGreaterThan(200);
        assertThatThrownBy(() -> read(Arrays.copyOf(good, good.length / 2))).isInstanceOf(Malformed.class).hasMessageContaining("truncated");
    }

    @Test
    void flippedBitsGiveAGraphOrALacewingException() {
        byte[] good = sample();
        Random random = new Random(3);
        int refused = 0, rounds = 2000;
        for (int round = 0; round < rounds; round++) {
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            refused += survives(bad) ? 0 : 1;
        }
        assertThat(refused).isBetween(rounds / 4, rounds - 1);
        assertThat(planned).isGreaterThan(10);
        assertThat(unplanned).as("refused by planning").isLessThan(planned / 2);
    }

    @Test
    void randomBytesAndText() {
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            survives(noise);
        }
        for (String text : new String[] {"", "<html></html>", "hello"})
            assertThatThrownBy(() -> read(text.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Malformed.class);
    }

    @Test
    void filesThatAreNotThere() {
        OnnxFormat format = new OnnxFormat();
        assertThatThrownBy(() -> format.read(folder.resolve("none.onnx"), Map.of())).isInstanceOf(Failed.class).hasMessageContaining("none.onnx");
        assertThatThrownBy(() -> format.read(folder, Map.of())).isInstanceOf(Failed.class).hasMessageContaining("folder");
    }

    private boolean survives(byte[] bytes) {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        Graph graph;
        try {
            graph = read(bytes);
        } catch (LacewingException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } finally {
            assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        }
        String key = graph.inputs() + " " + graph.nodes();
        if (graph.shapes().values().stream().mapToLong(Shape::size).sum() < MOST_FLOATS && different.add(key)) {
            try {
                Planner.plan(graph, different.size() % 2 == 0 ? Machine.SCALAR : Machine.AVX512.baking(), 2, false);
                planned++;
            } catch (LacewingException e) {
                unplanned++;
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        return true;
    }

    private Graph read(byte[] bytes) { return ModelReader.read(bytes, folder.resolve("bad.onnx"), Map.of()); }

    /** A bit of everything: convolution, attributes, shape arithmetic, sparse weights, crops. */
    private static byte[] sample() {
        ModelBuilder model = new ModelBuilder(13).input("x", "N", 3, 9, 9).weight("w", 4, 3, 3, 3).weight("b", 4)
                .node("Conv", "x w b", "c", Protos.integers("strides", 2, 2), Protos.integers("pads", 1, 1, 1, 1))
                .scalar("lo", 0).scalar("hi", 6).node("Clip", "c lo hi", "r").node("MaxPool", "r", "m", Protos.integers("kernel_shape", 2, 2))
                .ints("p", 0, 0, 1, 1, 0, 0, 1, 1).node("Pad", "m p", "q").ints("s", 1).ints("e", -1).ints("a", 2).node("Slice", "q s e a", "l")
                .node("Shape", "l", "shape").ints("first", 0).node("Gather", "shape first", "n").ints("rest", -1).node("Concat", "n rest", "to", Protos.integer("axis", 0))
                .ints("k", 1, 1).node("ConstantOfShape", "k", "zero").node("Reshape", "l to", "flat").node("Add", "flat zero", "f")
                .sparse(TensorWriter.sparse("g", sparse(5, 96))).node("Gemm", "f g", "y", Protos.integer("transB", 1)).output("y");
        assertThat(model.read().nodes()).isNotEmpty();
        return model.model().toByteArray();
    }

    private static Tensor sparse(int rows, int columns) {
        Tensor t = Tensor.zeros(rows, columns);
        for (int i = 0; i < t.size(); i += 7) t.values()[i] = i + 1;
        return t;
    }
}

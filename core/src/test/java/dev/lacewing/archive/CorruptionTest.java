package dev.lacewing.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lacewing.Model;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Machine;
import dev.lacewing.run.WatchedRun;
import dev.lacewing.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the bytes are: a model, or a LacewingException, and never an allocation out of proportion. A model can be planned, or that is refused by a
 * LacewingException, and stays in its memory: one in three is tried.
 */
@Timeout(120)
class CorruptionTest {
    /** For a file of a few kilobytes. */
    private static final long MOST_BYTES = 1L << 24;

    /** In all values of what is planned. */
    private static final long MOST_FLOATS = 1L << 18;

    private final Set<String> different = new HashSet<>();
    private int planned, watched, unplanned;
    private final Graph graph = Nets.pruned(Nets.everything(), "1x4");
    private final String gemm = graph.nodes().stream().filter(n -> n.op() instanceof Op.Gemm).findFirst().orElseThrow().name();
    private final byte[] good = Bytes.of(graph, Map.of(gemm, new Decision(true, 4), graph.nodes().getFirst().name(), new Decision(false, 8)));

    @Test
    void everyPrefixIsMalformed() {
        assertThat(good.length).isBetween(2000, 8000);
        for (int length = 0; length < good.length; length++) {
            byte[] prefix = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> Bytes.read(prefix)).isInstanceOf(Malformed.class);
            if (length < Frame.HEAD + 4) continue;
            MemorySegment.ofArray(prefix).set(Source.LONG, Frame.HEAD - 8, length);   // as if it had been written so
            assertThatThrownBy(() -> Bytes.read(Bytes.sealed(prefix))).isInstanceOf(Malformed.class);
        }
    }

    @Test
    void theChecksumSeesFlippedBits() {
        for (int bit = 0; bit < 8 * good.length; bit += 5) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Bytes.read(bad)).isInstanceOfAny(Malformed.class, Unsupported.class);
        }
    }

    /** With a right checksum the readers themselves must refuse, or make another valid model. */
    @Test
    void flippedBitsBehindARightChecksum() {
        Random random = new Random(3);
        int refused = 0, rounds = 5_000;
        for (int round = 0; round < rounds; round++) {
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) bad[Frame.HEAD + random.nextInt(bad.length - Frame.HEAD - 4)] ^= (byte) (1 << random.nextInt(8));
            refused += survives(Bytes.sealed(bad)) ? 0 : 1;
        }
        assertThat(refused).isBetween(rounds / 10, rounds - rounds / 10);
        assertPlanned(100, 20);
    }

    /** Numbers that a program would like least, and small ones that it may like, at every place. */
    @Test
    void extremeNumbersAtEveryPlace() {
        int refused = 0;
        for (int at = Frame.HEAD; at + 8 < good.length; at++)
            for (int value : new int[] {0, 1, 2, 3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x00ffffff, 0x20000000}) {
                byte[] bad = good.clone();
                MemorySegment.ofArray(bad).set(Source.INT, at, value);
                refused += survives(Bytes.sealed(bad)) ? 0 : 1;
            }
        assertThat(refused).isGreaterThan(good.length);
        assertPlanned(400, 100);
    }

    private void assertPlanned(int plans, int runs) {
        assertThat(planned).isGreaterThan(plans);
        assertThat(watched).isGreaterThan(runs);
        assertThat(unplanned).as("refused by planning").isLessThan(planned / 2);
    }

    /** Blocks of zeros take a bit for 16 values: 4 MB say that 2 GB are zero. */
    @Test
    void zerosThatTakeNoPlaceAreLimited() {
        byte[] head = new Sink().i32(1).ints(List.of(16, 1 << 25)).u8(16).toByteArray(), bytes = Arrays.copyOf(head, head.length + (1 << 22));
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> TensorTable.read(new Source(MemorySegment.ofArray(bytes), "test.lace"))).isInstanceOf(Malformed.class).hasMessageContaining("more values");
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
    }

    private boolean survives(byte[] bytes) {
        Model model = read(bytes);
        if (model == null) return false;
        Graph read = model.graph();
        if (read.shapes().values().stream().mapToLong(Shape::size).sum() > MOST_FLOATS || !different.add(Survivor.of(model)) || different.size() % 3 != 0) return true;
        int turn = different.size() / 3;
        for (Machine machine : turn % 8 == 0 ? List.of(Machine.SCALAR, Machine.AVX512.baking()) : List.of(turn % 2 == 0 ? Machine.SCALAR : Machine.AVX512.baking())) {
            Plan plan;
            try {
                plan = Planner.plan(read, CostModel.shipped(machine), 2, false, model.decisions());
            } catch (LacewingException e) {
                unplanned++;
                assertThat(e.getMessage()).isNotBlank();
                continue;
            }
            planned++;
            if (turn % 8 != 0 || plan.arenaFloats() >= MOST_FLOATS) continue;
            new WatchedRun(plan).run(new float[read.inputs().getFirst().shape().size()]);
            watched++;
        }
        return true;
    }

    /** What planning depends on beside weights and names. */
    private record Survivor(List<Shape> inputs, List<Op> ops, List<List<Integer>> edges, Map<String, Decision> decisions) {
        static String of(Model model) {
            List<Value> inputs = model.graph().inputs();
            List<String> values = Stream.concat(inputs.stream().map(Value::name), model.graph().nodes().stream().map(Node::output)).toList();
            return new Survivor(inputs.stream().map(Value::shape).toList(), model.graph().nodes().stream().map(Node::op).toList(),
                    model.graph().nodes().stream().map(n -> n.inputs().stream().map(values::indexOf).toList()).toList(), model.decisions()).toString();
        }
    }

    private static @Nullable Model read(byte[] bytes) {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        try {
            return Bytes.read(bytes);
        } catch (Malformed | Invalid e) {
            assertThat(e.getMessage()).contains("test.lace").doesNotContain("null");
            return null;
        } finally {
            assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        }
    }

    @Test
    void otherFilesAndOtherVersions() {
        for (String text : new String[] {"", "hello", "<html>a page that is longer than the head of a compiled file</html>"})
            assertThatThrownBy(() -> Bytes.read(text.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Malformed.class).hasMessageContaining("no .lace file");
        byte[] newer = good.clone();
        newer[8] = 3;
        assertThatThrownBy(() -> Bytes.read(Bytes.sealed(newer))).isInstanceOf(Unsupported.class).hasMessageContaining("version 3").hasMessageContaining("compile the original model again");
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> Bytes.read(longer)).isInstanceOf(Malformed.class).hasMessageContaining("added");
    }

    @Test
    void decisionsThatDoNotFitTheGraph() {
        byte[] name = good.clone();
        int at = new String(good, StandardCharsets.ISO_8859_1).lastIndexOf(gemm);
        name[at] = 'X';
        assertThatThrownBy(() -> Bytes.read(Bytes.sealed(name))).isInstanceOf(Malformed.class).hasMessageContaining(gemm.replace('G', 'X'));
        byte[] rows = good.clone();
        assertThat(rows[at + gemm.length() + 1]).isEqualTo((byte) 4);
        rows[at + gemm.length() + 1] = 3;
        assertThatThrownBy(() -> Bytes.read(Bytes.sealed(rows))).isInstanceOf(Malformed.class).hasMessageContaining("3 rows");
        byte[] baked = good.clone();
        baked[at + gemm.length()] = 2;
        assertThatThrownBy(() -> Bytes.read(Bytes.sealed(baked))).isInstanceOf(Malformed.class).hasMessageContaining("4 rows");
        baked[at + gemm.length() + 1] = 1;
        assertThat(Bytes.read(Bytes.sealed(baked)).decisions()).containsEntry(gemm, new Decision(Format.BAKED, 1));
        baked[at + gemm.length()] = 3;
        assertThatThrownBy(() -> Bytes.read(Bytes.sealed(baked))).isInstanceOf(Malformed.class).hasMessageContaining("Format");
        assertThatThrownBy(() -> new Decision(true, 32)).isInstanceOf(LacewingException.class);
    }
}

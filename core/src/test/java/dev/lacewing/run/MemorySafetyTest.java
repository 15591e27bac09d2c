package dev.lacewing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.graph.Graph;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.rewrite.Rebatch;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.zoo.Zoo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs whole plans in the interpreter and watches every access: see {@link WatchedRun}. */
class MemorySafetyTest {
    private static final int[] LANES = {16, 8, 4, 1};
    private static final List<Machine> BAKING = List.of(Machine.AVX512.baking(), Machine.AVX2.baking());

    @TestFactory
    Stream<DynamicTest> smallNetsStayInsideTheirBuffers() {
        return SmallNets.all().entrySet().stream().map(net -> DynamicTest.dynamicTest(net.getKey(), () -> {
            float[] expected = run(net.getValue(), 1, 1, true);
            for (int lanes : LANES)
                for (int threads : new int[] {1, 2, 3})
                    for (int batch : new int[] {1, 2})
                        for (boolean dense : new boolean[] {false, true}) check(Rebatch.apply(net.getValue(), batch), expected, lanes, threads, dense);
        }));
    }

    /** Machine code has wider strips, planes of a few rows, vectors of half the lanes and patterns of its own, where the planner itself chooses them. */
    @TestFactory
    Stream<DynamicTest> smallNetsStayInsideTheirBuffersAsMachineCode() {
        return SmallNets.all().entrySet().stream().map(net -> DynamicTest.dynamicTest(net.getKey(), () -> {
            float[] expected = run(net.getValue(), 1, 1, true);
            for (Machine machine : BAKING)
                for (int threads : new int[] {1, 2, 3})
                    for (int batch : new int[] {1, 2}) check(Rebatch.apply(net.getValue(), batch), expected, machine, threads, false);
        }));
    }

    @TestFactory
    Stream<DynamicTest> smallNetsStayInsideTheirBuffersInTheBrowser() {
        return SmallNets.all().entrySet().stream().map(net -> DynamicTest.dynamicTest(net.getKey(), () -> {
            float[] expected = run(net.getValue(), 1, 1, true);
            for (int threads : new int[] {1, 2, 3})
                for (int batch : new int[] {1, 2}) check(Rebatch.apply(net.getValue(), batch), expected, Machine.WASM, threads, false);
        }));
    }

    @TestFactory
    Stream<DynamicTest> zooNetsStayInsideTheirBuffers() {
        return Zoo.names().stream().filter(n -> !n.matches("resnet(32|56)")).map(name -> DynamicTest.dynamicTest(name, () -> {
            Graph net = Zoo.build(name, Zoo.defaults(name).withResolution(32).withWidth(name.startsWith("resnet") ? 0.125 : 0.25).withClasses(7));
            for (Pattern pattern : new Pattern[] {new Pattern.Unstructured(), new Pattern.Block(4)}) {
                Graph pruned = Pruner.prune(net, new Pruning(pattern, 0.8, Scope.ALL)).graph();
                float[] expected = run(pruned, 16, 1, true);
                for (int lanes : LANES) check(pruned, expected, lanes, 2, false);
                check(Rebatch.apply(pruned, 2), expected, 8, 2, false);
                for (Machine machine : BAKING) check(pruned, expected, machine, 2, false);
                check(pruned, expected, Machine.WASM, 2, false);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> bakedNetsStayInsideTheirBuffers() {
        Machine machine = Machine.AVX512.baking();
        return SmallNets.all().entrySet().stream().map(net -> DynamicTest.dynamicTest(net.getKey(), () -> {
            float[] expected = run(net.getValue(), 1, 1, true);
            for (int threads : new int[] {1, 2, 3})
                for (int batch : new int[] {1, 2}) {
                    Graph graph = Rebatch.apply(net.getValue(), batch);
                    Map<String, Decision> baked = new HashMap<>();
                    Planner.plan(graph, machine, 1, false).decisions().forEach((layer, d) -> baked.put(layer, new Decision(Format.BAKED, 1)));
                    Plan plan = Planner.plan(graph, CostModel.shipped(machine), threads, false, baked);
                    compare(new WatchedRun(plan).run(image(graph)), expected, "baked, " + threads + " threads");
                }
        }));
    }

    @TestFactory
    Stream<DynamicTest> livingBuffersDoNotOverlap() {
        return SmallNets.all().entrySet().stream().map(net -> DynamicTest.dynamicTest(net.getKey(), () -> {
            Plan plan = Planner.plan(Rebatch.apply(net.getValue(), 2), Machine.AVX512, 2, false);
            for (Plan.Buffer a : plan.buffers()) {
                assertThat(a.offset() % 16).as(a.name()).isZero();
                assertThat(a.offset() + a.floats()).as(a.name()).isLessThanOrEqualTo(plan.arenaFloats());
                for (Plan.Buffer b : plan.buffers()) {
                    boolean together = a.first() <= b.last() && b.first() <= a.last();
                    boolean overlap = a.offset() < b.offset() + b.floats() && b.offset() < a.offset() + a.floats();
                    assertThat(a != b && together && overlap).as(a + " and " + b).isFalse();
                }
            }
        }));
    }

    @Test
    void theWatchSeesAnAccessOutsideItsBuffer() {
        Graph net = Objects.requireNonNull(SmallNets.all().get("strided 1x1"));
        Plan plan = Planner.plan(net, Machine.AVX512, 1, false);
        var error = catchThrowable(() -> new WatchedRun(shrunk(plan)).run(image(net)));
        assertThat(error).isInstanceOf(AssertionError.class).hasMessageContaining("outside");
    }

    @Test
    void theWatchSeesTwoThreadsWriteTheSame() {
        Graph net = Objects.requireNonNull(SmallNets.all().get("strided 1x1"));
        Plan plan = Planner.plan(net, Machine.AVX512, 1, false);
        var twice = plan.steps().stream().map(s -> new Plan.Step(s.layer(), s.what(), List.of(s.shares().getFirst(), s.shares().getFirst()))).toList();
        Plan racing = new Plan(plan.graph(), plan.lanes(), 2, plan.layouts(), plan.values(), plan.buffers(), plan.arenaFloats(),
                plan.constants(), twice, plan.layers(), plan.decisions());
        var error = catchThrowable(() -> new WatchedRun(racing).run(image(net)));
        assertThat(error).isInstanceOf(AssertionError.class).hasMessageContaining("race");
    }

    @Test
    void theWatchSeesAPlainKernelWriteOutsideTheArena() {
        Graph net = Objects.requireNonNull(SmallNets.all().get("strided 1x1"));
        Plan plan = Planner.plan(net, Machine.AVX512, 1, false);
        for (long at : new long[] {4 * plan.arenaFloats(), -4}) {
            long fromBuffer = at - 4 * plan.buffers().getFirst().offset();
            Kernel bad = block -> MemorySegment.ofAddress(MemorySegment.ofAddress(block).reinterpret(8).get(ValueLayout.JAVA_LONG, 0) + fromBuffer).reinterpret(4).set(ValueLayout.JAVA_FLOAT, 0, 1);
            Plan.Step step = new Plan.Step(0, "bad", List.of(List.of(new Plan.Call(new Plan.Code.Plain(bad), List.of(new Plan.Argument.Memory(0, 0))))));
            Plan wrong = new Plan(plan.graph(), plan.lanes(), plan.threads(), plan.layouts(), plan.values(), plan.buffers(), plan.arenaFloats(),
                    plan.constants(), List.of(step), plan.layers(), plan.decisions());
            var error = catchThrowable(() -> new WatchedRun(wrong).run(image(net)));
            assertThat(error).isInstanceOf(AssertionError.class).hasMessageContaining("outside of the arena");
        }
    }

    /** Says that every buffer is half as large as it is. */
    private static Plan shrunk(Plan plan) {
        var half = plan.buffers().stream().map(b -> new Plan.Buffer(b.name(), b.offset(), b.floats() / 2, b.first(), b.last())).toList();
        return new Plan(plan.graph(), plan.lanes(), plan.threads(), plan.layouts(), plan.values(), half, plan.arenaFloats(),
                plan.constants(), plan.steps(), plan.layers(), plan.decisions());
    }

    /** Every image of the batch is the same, so that each must give what it gives alone. */
    private static void check(Graph net, float[] expected, int lanes, int threads, boolean dense) { check(net, expected, Machine.ofLanes(lanes), threads, dense); }

    private static void check(Graph net, float[] expected, Machine machine, int threads, boolean dense) {
        compare(new WatchedRun(Planner.plan(net, machine, threads, dense)).run(image(net)), expected,
                machine.name() + ", " + machine.lanes() + " lanes, " + threads + " threads, " + (dense ? "dense" : "sparse") + (machine.bakes() ? ", machine code" : ""));
    }

    private static void compare(float[] actual, float[] expected, String how) {
        float largest = 1e-3f;
        for (float v : expected) largest = Math.max(largest, Math.abs(v));
        for (int i = 0; i < actual.length; i++)
            assertThat(actual[i]).as("%s, output %d of %d", how, i, actual.length).isCloseTo(expected[i % expected.length], within(1e-4f * largest));
    }

    private static float[] run(Graph net, int lanes, int threads, boolean dense) {
        return new WatchedRun(Planner.plan(net, Machine.ofLanes(lanes), threads, dense)).run(image(net));
    }

    private static float[] image(Graph net) {
        var shape = net.inputs().getFirst().shape();
        Random random = new Random(3);
        float[] values = new float[shape.size()];
        int one = values.length / shape.dim(0);
        for (int i = 0; i < one; i++) values[i] = (float) random.nextGaussian();
        for (int i = one; i < values.length; i++) values[i] = values[i - one];
        return values;
    }
}

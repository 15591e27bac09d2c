package dev.lacewing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.program.Machine;
import dev.lacewing.program.ProgramBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeClockTest {
    /** System property: without Node, the test fails that else is left out. */
    private static final String REQUIRED = "lacewing.test.node";

    @Test
    void aLongerKernelTakesLonger() {
        try (NodeClock node = assumed()) {
            double few = nanos(node, 10), many = nanos(node, 10_000);
            assertThat(few).isPositive();
            assertThat(many).isGreaterThan(20 * few);
        }
    }

    /** Of so many additions, each of which waits for the one before. */
    private static double nanos(NodeClock node, int count) {
        ProgramBuilder b = new ProgramBuilder(Machine.WASM);
        var data = b.argument(0);
        var sum = b.load(data, 0);
        b.loop(b.count(1), 1, () -> b.add(sum, sum, sum));
        b.store(sum, data, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(16, 16), values = arena.allocate(64, 16);
            arguments.set(ValueLayout.JAVA_LONG, 0, values.address());
            arguments.set(ValueLayout.JAVA_LONG, 8, count);
            return node.nanos(b.build("sum"), arguments, List.of(values));
        }
    }

    private static NodeClock assumed() {
        try {
            return NodeClock.start();
        } catch (Failed e) {
            if (e.getMessage().contains("cannot be started") && !Boolean.getBoolean(REQUIRED)) abort("this test needs Node: install the package nodejs");
            throw e;
        }
    }
}

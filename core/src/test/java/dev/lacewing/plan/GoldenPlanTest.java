package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.program.Machine;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans as approved; {@code -Dlacewing.approve=true} approves what they are now. Planned for a machine by name, so the same on every machine. */
class GoldenPlanTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @CsvSource({"mobilenet_v1, unstructured, 16, 2", "mobilenet_v3_small, 1x4, 8, 1", "resnet20, 1x4, 4, 2"})
    void isAsApproved(String network, String pattern, int lanes, int threads) throws IOException {
        Graph pruned = pruned(network, pattern, new ZooOptions(0.25, 32, 10, 1));
        check("plan-" + network + "-" + pattern + "-" + lanes + ".txt", Planner.plan(pruned, Machine.ofLanes(lanes), threads, false));
    }

    /** Patterns as code, and planes that are large enough for threads to share their rows. */
    @Test
    void asMachineCodeOnTwoThreads() throws IOException {
        check("plan-mobilenet_v2-unstructured-16-baking.txt", Planner.plan(pruned("mobilenet_v2", "unstructured", new ZooOptions(0.25, 112, 10, 1)), Machine.AVX512.baking(), 2, false));
    }

    private static Graph pruned(String network, String pattern, ZooOptions options) {
        return Pruner.prune(Zoo.build(network, options), new Pruning(Pattern.parse(pattern), 0.9, Scope.CONV)).graph();
    }

    private static void check(String name, Plan plan) throws IOException {
        String text = plan.toString();
        Path golden = GOLDEN.resolve(name);
        if (Boolean.getBoolean("lacewing.approve")) Files.writeString(golden, text);
        assertThat(text).isEqualTo(Files.readString(golden).replace("\r\n", "\n"));
    }
}

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans as approved; {@code -Dlacewing.approve=true} approves what they are now. Planned for a machine by name, so the same on every machine. */
class GoldenPlanTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @CsvSource({"mobilenet_v1, unstructured, 16, 2", "mobilenet_v3_small, 1x4, 8, 1", "resnet20, 1x4, 4, 2"})
    void isAsApproved(String network, String pattern, int lanes, int threads) throws IOException {
        Graph dense = Zoo.build(network, new ZooOptions(0.25, 32, 10, 1));
        Graph pruned = Pruner.prune(dense, new Pruning(Pattern.parse(pattern), 0.9, Scope.CONV)).graph();
        String text = Planner.plan(pruned, Machine.ofLanes(lanes), threads, false).toString();
        Path golden = GOLDEN.resolve("plan-" + network + "-" + pattern + "-" + lanes + ".txt");
        if (Boolean.getBoolean("lacewing.approve")) Files.writeString(golden, text);
        assertThat(text).isEqualTo(Files.readString(golden).replace("\r\n", "\n"));
    }
}

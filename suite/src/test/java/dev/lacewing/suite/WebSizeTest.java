package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.web.WebExport.Settings;
import dev.lacewing.web.WebExport;
import dev.lacewing.zoo.Zoo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules are small: every network of the zoo, dense and with four of five weights gone. */
class WebSizeTest {
    private static final int MOST = 24 << 10;

    static List<String> networks() { return Zoo.names(); }

    @ParameterizedTest @MethodSource("networks")
    void modulesAreSmall(String network) {
        Graph graph = Zoo.build(network);
        check(graph);
        for (String pattern : List.of("unstructured", "1x4")) check(Pruner.prune(graph, new Pruning(Pattern.parse(pattern), 0.8, Scope.CONV)).graph());
    }

    /** The network with the largest modules also for two threads, and with its zeros as numbers. */
    @Test
    void modulesForThreadsAndOfZerosAreSmallToo() {
        Graph graph = Pruner.prune(Zoo.build("efficientnet_b0"), new Pruning(Pattern.parse("unstructured"), 0.8, Scope.CONV)).graph();
        Map<String, byte[]> files = WebExport.files(graph, new Settings("test", false, true, null, List.of(), null, "0").withThreads(2));
        check(files, "", MOST);
        check(files, WebExport.DENSE, MOST);
        check(files, WebExport.THREADS, MOST);
    }

    private static void check(Graph graph) { check(WebExport.files(graph, new Settings("test", false, false, null, List.of(), null, "0")), "", MOST); }

    private static void check(Map<String, byte[]> files, String folder, int most) {
        for (String module : List.of("relaxed.wasm", "simd.wasm")) assertThat(files.get(folder + module).length).as(folder + module).isLessThanOrEqualTo(most);
    }
}

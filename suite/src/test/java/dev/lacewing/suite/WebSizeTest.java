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
    private static final int MOST = 24 << 10, MOST_SCALAR = 48 << 10, MOST_SCALAR_FOR_TWO = 52 << 10;

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
        check(files, "", MOST_SCALAR);
        check(files, WebExport.DENSE, MOST_SCALAR);
        check(files, WebExport.THREADS, MOST_SCALAR_FOR_TWO);
    }

    /** The figures of docs/web.md. */
    @Test
    void theDownloadIsSmall() {
        Graph graph = Zoo.build("mobilenet_v1");
        Graph pointwise = Pruner.prune(graph, new Pruning(new Pattern.Unstructured(), 0.9, Scope.POINTWISE)).graph();
        assertThat(download(pointwise, false)).isBetween(5_000_000, 6_400_000);
        assertThat(download(pointwise, true)).isBetween(2_500_000, 3_500_000);
        assertThat(download(Pruner.prune(graph, new Pruning(new Pattern.Unstructured(), 0.9, Scope.ALL)).graph(), true)).isBetween(1_000_000, 1_900_000);
    }

    /** Bytes of the module, which stands for its kind, and of the weights. */
    private static int download(Graph graph, boolean halves) {
        Map<String, byte[]> files = WebExport.files(graph, new Settings("test", halves, false, null, List.of(), null, "0"));
        return files.get("relaxed.wasm").length + files.get(WebExport.WEIGHTS).length;
    }

    private static void check(Graph graph) { check(WebExport.files(graph, new Settings("test", false, false, null, List.of(), null, "0")), "", MOST_SCALAR); }

    private static void check(Map<String, byte[]> files, String folder, int mostScalar) {
        for (String module : List.of("relaxed.wasm", "simd.wasm")) assertThat(files.get(folder + module).length).as(folder + module).isLessThanOrEqualTo(MOST);
        assertThat(files.get(folder + "scalar.wasm").length).as(folder + "scalar.wasm").isLessThanOrEqualTo(mostScalar);
    }
}

package dev.lacewing.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.plan.Sketch;
import dev.lacewing.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebExportTest {
    private static final WebExport.Settings SETTINGS = new WebExport.Settings("test", false, false, null, List.of(), null, "1", 3);

    private static Graph graph(int layers, String name) {
        Sketch sketch = new Sketch(1, 4, 5, 5);
        String x = "x";
        for (int i = 0; i < layers; i++) x = sketch.conv(name + i, x, 4, 4, Window.square(3, 1, 1), 4);
        return sketch.graph(x);
    }

    private static String text(byte[] bytes) { return new String(bytes, StandardCharsets.ISO_8859_1); }

    @Test void isTheSameEveryTimeAndInOrder() {
        Map<String, byte[]> files = WebExport.files(graph(2, "conv"), SETTINGS);
        String manifest = text(files.get(WebExport.MANIFEST));
        assertThat(manifest).containsSubsequence("\"format\": 1", "\"generator\"", "\"name\"", "\"inputs\"", "\"outputs\"", "\"memory\": {\"pages\": ", "\"weights\"", "\"modules\"",
                "\"preprocessing\"", "\"labels\"", "\"dense\"", "\"threads\": {\"count\": 3, \"folder\": \"threads/\"}", "\"layers\"");
        assertThat(text(files.get(WebExport.THREADS + WebExport.MANIFEST))).contains("\"threads\": null", "\"steps\": [0");
        Map<String, byte[]> again = WebExport.files(graph(2, "conv"), SETTINGS);
        assertThat(again.keySet()).containsExactlyElementsOf(files.keySet());
        files.forEach((name, bytes) -> assertThat(again.get(name)).as(name).isEqualTo(bytes));
    }

    /** Tables do not grow with the number of channels or lines. */
    @Test void tablesAreSmall() {
        Node twice = new Node("twice", new Op.Resize(32, 32, 2, 2, Op.ResizeMode.NEAREST, Op.Coordinates.ASYMMETRIC, Op.NearestMode.FLOOR), List.of("x"), "y");
        Graph graph = new Graph("test", List.of(new Value("x", Shape.of(1, 64, 16, 16))), List.of(twice, new Node("scores", new Op.Softmax(1), List.of("y"), "z")), List.of("z"), Map.of());
        assertThat(WebExport.files(graph, SETTINGS).get(WebExport.WEIGHTS).length).isLessThan(4096);
    }

    /** For profilers, unless they make a module too large. */
    @Test void functionsHaveTheNamesOfLayers() {
        byte[] small = WebExport.files(graph(2, "conv"), SETTINGS).get("simd.wasm"), large = WebExport.files(graph(8, "x".repeat(4000)), SETTINGS).get("simd.wasm");
        assertThat(text(small)).contains("conv0", "conv1", "depthwise");
        assertThat(text(large)).doesNotContain("xxx", "depthwise");
        assertThat(small.length).isLessThan(WebExport.MOST_NAMED);
    }
}

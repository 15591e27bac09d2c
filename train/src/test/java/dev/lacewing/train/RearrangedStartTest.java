package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recipe's network with its channels put in order before the training. */
class RearrangedStartTest {
    @TempDir
    Path folder;

    private Preparation prepare(Graph base, String network, String rest) {
        new Model(base).save(folder.resolve("base.onnx"));
        return Preparation.of(Recipe.parse("r", "data: bars\nnetwork: " + network + "\nbatch: 32\nepochs: 2\n" + rest + "\n"), Toys.bars(), folder);
    }

    private static float[] logits(Graph graph) {
        Random random = new Random(9);
        float[] image = new float[Toys.SIDE * Toys.SIDE];
        for (int i = 0; i < image.length; i++) image[i] = (float) random.nextGaussian();
        try (Session session = new Model(graph).session(Options.defaults())) {
            return session.run(image).clone();
        }
    }

    /** Of a network with residuals, whose channels are tied. */
    @ParameterizedTest
    @ValueSource(strings = {"norm", "retained"})
    void theNetworkComputesWhatItDid(String by) {
        Graph base = StructureTest.zoo("resnet20", 0.5);
        for (String method : List.of("gradual, patterns: 1x4, sparsity: 0.5", "one_shot, rearrangement: none", "subp, patterns: 1x4, start: 0, end: 1")) {
            Graph start = prepare(base, "{name: base.onnx, rearrange: " + by + "}", "method: {name: " + method + "}").graph();
            assertThat(moved(base, start)).as("layers in another order").isGreaterThan(15);
            float[] expected = logits(base), got = logits(start);
            for (int i = 0; i < expected.length; i++) assertThat((double) got[i]).isCloseTo(expected[i], within(1e-4 * (1 + Math.abs(expected[i]))));
        }
        assertThat(moved(base, prepare(base, "base.onnx", "method: {name: gradual, patterns: 1x4}").graph())).isZero();
    }

    private static int moved(Graph base, Graph start) {
        return (int) base.nodes().stream().filter(n -> n.op() instanceof Op.Conv c && !StructureTest.weight(start, n.name()).equals(c.weight())).count();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gradual, patterns: 1x4, sparsity: 0.75, frequency: 4 | false", "one_shot, sparsity: 0.75, rearrangement: none | false",
            "subp, patterns: 1x4, sparsity: 0.75, start: 0, end: 1 | true"})
    void blocksAreConsecutiveInTheEnd(String method, boolean uniform) {
        Preparation prepared = prepare(StructureTest.zoo("resnet20", 0.5), "{name: base.onnx, rearrange: norm}", "method: {name: " + method + "}");
        Graph trained = prepared.train(Trainer.Settings.of(1), new Progress() {}).graph();
        int layers = 0;
        for (Node node : trained.nodes()) {
            if (!prepared.recipe().scope().nodes(trained).contains(node.name()) || !(node.op() instanceof Op.Conv conv)) continue;
            int[] counts = StructureTest.blocks(conv.weight(), 4);
            assertThat(Arrays.stream(counts).sum()).isEqualTo(counts.length * conv.inChannels() / 4);
            if (uniform) assertThat(counts).containsOnly(conv.inChannels() / 4);
            layers++;
        }
        assertThat(layers).isGreaterThan(17);
    }

    /** Of what the dense network has learnt. */
    @Test
    void moreIsKept() {
        Graph base = StructureTest.train(StructureTest.zoo("tinycnn", 1), "method: dense");
        String gradual = "method: {name: gradual, patterns: 1x4, sparsity: 0.75, frequency: 4}\nrate: {name: constant, rate: 0.001}";
        double plain = norm(prepare(base, "base.onnx", gradual).train(Trainer.Settings.of(1), new Progress() {}).graph());
        double retained = norm(prepare(base, "{name: base.onnx, rearrange: retained}", gradual).train(Trainer.Settings.of(1), new Progress() {}).graph());
        assertThat(retained).isGreaterThan(1.005 * plain);
    }

    private static double norm(Graph graph) {
        double norm = 0;
        for (String layer : List.of("conv2", "conv3")) for (float w : StructureTest.weight(graph, layer).values()) norm += Math.abs(w);
        return norm;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{name: tinycnn, rearrange: norm} | {name: gradual, patterns: 1x4} | tinycnn starts from random weights",
            "{name: base.onnx, rearrange: norm} | dense | rearrange is for methods that prune in blocks 1xN",
            "{name: base.onnx, rearrange: norm} | rigl | rearrange is for methods that prune in blocks 1xN",
            "{name: base.onnx, rearrange: norm} | sr_ste | rearrange is for methods that prune in blocks 1xN",
            "{name: base.onnx, rearrange: norm} | gradual | rearrange needs blocks of one kind, 1xN or 1xN-tap (the same in 1x1 layers), but the patterns are unstructured",
            "{name: base.onnx, rearrange: retained} | {name: gradual, patterns: {spatial: 1x4, gemm: 1x8}} | rearrange needs blocks of one kind",
            "{name: base.onnx, rearrange: retained} | {name: gradual, patterns: {gemm: 1x4}} | no layer of tinycnn",
            "{name: base.onnx, rearrange: norm} | one_shot | add rearrangement: none",
            "{name: base.onnx, rearrange: most} | {name: gradual, patterns: 1x4} | rearrange must be one of none, norm, retained"})
    void refusesWhatMakesNoSense(String network, String method, String message) {
        assertThatThrownBy(() -> prepare(StructureTest.zoo("tinycnn", 1), network, "method: " + method)).isInstanceOf(Invalid.class).hasMessageContaining(message);
    }
}

package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Lacewing;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneCommandTest {
    @TempDir
    Path folder;

    private Path net;

    @BeforeEach
    void zoo() {
        net = folder.resolve("net.onnx");
        Cli cli = Cli.run("zoo", "mobilenet_v1", "--width", "0.25", "--resolution", "64", "--classes", "10", "--mean", "127.5", "--std", "127.5", "-o", net, "--json");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.json().get("multiply_adds").number()).isPositive();
    }

    @Test
    void rearrangesForBlocks() {
        Path dense = folder.resolve("dense.lace"), plain = folder.resolve("plain.lace"), sparse = folder.resolve("sparse.lace");
        assertThat(Cli.run("prune", net, "--sparsity", "0", "--pattern", "1x4", "--rearrange", "norm", "-o", dense).code()).isZero();
        assertThat(Cli.run("prune", net, "--sparsity", "0", "-o", plain).code()).isZero();
        assertThat(Lacewing.load(dense).graph()).isNotEqualTo(Lacewing.load(plain).graph());
        Cli cli = Cli.run("prune", net, "--sparsity", "0.5", "--pattern", "1x4", "--rearrange", "norm", "-o", sparse);
        assertThat(cli.code()).isZero();
        assertThat(cli.err()).contains("kept of its L1 norm", "without --rearrange", "mean");
        assertThat(Cli.run("prune", net, "--sparsity", "0.5", "--rearrange", "norm", "-o", sparse).code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void uniformBlockRowsHaveEqualWork() {
        Path uniform = folder.resolve("uniform.onnx"), plain = folder.resolve("plain.onnx");
        assertThat(Cli.run("prune", net, "-p", "1x8", "-s", "0.75", "--uniform", "-o", uniform).code()).isZero();
        assertThat(Cli.run("prune", net, "-p", "1x8", "-s", "0.75", "-o", plain).code()).isZero();
        assertThat(workOfBlockRows(uniform)).hasSize(13).allSatisfy(work -> assertThat(Arrays.stream(work).distinct().count()).isEqualTo(1));
        assertThat(workOfBlockRows(plain)).hasSize(13).anySatisfy(work -> assertThat(Arrays.stream(work).distinct().count()).isGreaterThan(1));
    }

    /** Nonzeros in each run of 8 rows, of each layer in scope. */
    private static List<int[]> workOfBlockRows(Path file) {
        return Lacewing.load(file).graph().nodes().stream().filter(n -> n.op() instanceof Op.Conv c && c.isPointwise() && c.weight().sparsity() > 0.5).map(n -> {
            Tensor weight = ((Op.Conv) n.op()).weight();
            int block = 8 * weight.shape().dim(1);
            return IntStream.range(0, weight.size() / block).map(r -> (int) IntStream.range(r * block, r * block + block).filter(i -> weight.values()[i] != 0).count()).toArray();
        }).toList();
    }

    @Test
    void reportsEachLayer() {
        Path out = folder.resolve("out.onnx");
        Cli cli = Cli.run("prune", net, "--pattern", "1x4", "--sparsity", "0.75", "-o", out, "--json");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.json().names()).containsExactly("output", "parameters", "sparsity", "layers");
        assertThat(cli.json().get("sparsity").number()).isBetween(0.74, 0.76);
        assertThat(cli.json().get("layers").list()).hasSize(13).allSatisfy(layer -> {
            assertThat(layer.names()).containsExactly("name", "pattern", "sparsity", "weights", "nonzeros");
            assertThat(layer.get("pattern").value()).isEqualTo("1x4");
            assertThat(layer.get("sparsity").number()).isEqualTo(1 - layer.get("nonzeros").number() / layer.get("weights").number());
        });
        assertThat(cli.json().get("parameters").number()).isGreaterThan(cli.json().get("layers").list().stream().mapToDouble(l -> l.get("weights").number()).sum());
        assertThat(cli.err()).doesNotContain("--scope");
        assertThat(Files.exists(out)).isTrue();
    }

    @Test
    void saysWhenTheScopeHoldsLittleOfTheNetwork() {
        Path resnet = folder.resolve("resnet.onnx"), out = folder.resolve("out.onnx");
        assertThat(Cli.run("zoo", "resnet20", "--width", "0.25", "-o", resnet).code()).isZero();
        assertThat(Cli.run("prune", resnet, "-s", "0.9", "-o", out).err()).contains("the scope pointwise holds only", "--scope conv");
        assertThat(Cli.run("prune", resnet, "-s", "0.9", "--scope", "conv", "-o", out).err()).isEmpty();
        assertThat(Cli.run("prune", resnet, "-p", "1x4-tap", "-s", "0.5", "-o", out).err()).contains("1x4-tap is the same as 1x4", "--scope conv");
        assertThat(Cli.run("prune", resnet, "-s", "0.9", "--scope", "conv", "-o", out).code()).isZero();
        Cli squeezed = Cli.run("prune", out, "-s", "0.5", "--scope", "conv", "-o", out);   // onto itself
        assertThat(squeezed.code()).as(squeezed.err()).isZero();
        assertThat(Lacewing.load(out).graph().nodes()).isNotEmpty();
    }

    @Test
    void blocksAtOnePosition() {
        Path resnet = folder.resolve("resnet.onnx"), out = folder.resolve("out.onnx");
        assertThat(Cli.run("zoo", "resnet20", "--width", "0.25", "-o", resnet).code()).isZero();
        assertThat(Cli.run("prune", resnet, "-p", "1x4-tap", "-s", "0.5", "--scope", "conv", "-o", out).err()).isEmpty();
        boolean torn = false;
        for (Node node : Lacewing.load(out).graph().nodes()) {
            if (!(node.op() instanceof Op.Conv c) || c.isPointwise() || c.weight().sparsity() < 0.4) continue;
            float[] w = c.weight().values();
            int row = w.length / c.outChannels(), taps = row / c.inChannels();
            for (int i = 0; i < w.length; i++) {
                int first = i / row / 4 * 4 * row + i % row;
                assertThat(w[i] == 0).as(node.name()).isEqualTo(w[first] == 0);
                torn |= i % taps > 0 && (w[i] == 0) != (w[i - 1] == 0);
            }
        }
        assertThat(torn).as("kernels are not kept whole").isTrue();
        assertThat(Cli.run("prune", resnet, "-p", "group:4-tap", "-s", "0.5", "-o", out).code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void rememberedPreprocessingTravelsAndIsOverridden() {
        Path out = folder.resolve("out.onnx");
        assertThat(Cli.run("prune", net, "-s", "0", "--mean", "1,2,3", "--resize", "70", "-o", out).code()).isZero();
        assertThat(Lacewing.load(out).graph().metadata()).containsEntry("lacewing.preprocess.mean", "1.0,2.0,3.0").containsEntry("lacewing.preprocess.std", "127.5")
                .containsEntry("lacewing.preprocess.resize", "70");
    }

    @Test
    void zeroSparsityChangesNothing() {
        Path out = folder.resolve("out.onnx");
        assertThat(Cli.run("prune", net, "-s", "0", "-o", out).code()).isZero();
        Graph before = Lacewing.load(net).graph(), after = Lacewing.load(out).graph();
        assertThat(after.nodes().stream().map(n -> n.op()).toList()).isEqualTo(before.nodes().stream().map(n -> n.op()).toList());
    }

    @Test
    void sparseInitializersMakeSmallerFilesOfTheSameNetwork() throws IOException {
        Path dense = folder.resolve("dense.onnx"), sparse = folder.resolve("sparse.onnx");
        assertThat(Cli.run("prune", net, "-s", "0.9", "-o", dense).code()).isZero();
        assertThat(Cli.run("prune", net, "-s", "0.9", "--sparse-initializer", "-o", sparse).code()).isZero();
        assertThat(Files.size(sparse)).isLessThan(Files.size(dense));
        assertThat(Lacewing.load(sparse).graph().nodes()).isEqualTo(Lacewing.load(dense).graph().nodes());
    }
}

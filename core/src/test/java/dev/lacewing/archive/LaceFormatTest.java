package dev.lacewing.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.rewrite.Rewrites;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.zoo.Zoo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests see no other module, so a compiled file needs no ONNX reader. */
class LaceFormatTest {
    @TempDir
    Path folder;

    private Path file(String name) { return folder.resolve(name + ".lace"); }

    @ParameterizedTest
    @CsvSource({"mobilenet_v1, dense", "mobilenet_v1, unstructured", "mobilenet_v1, 1x4", "mobilenet_v2, 1x4", "mobilenet_v3_small, unstructured", "mobilenet_v3_small, 1x4", "efficientnet_b0, 1x2",
        "resnet20, unstructured", "squeezenet, 1x4"})
    void aNetworkComesBackAndRunsTheSame(String name, String pattern) {
        Graph graph = Nets.small(name, pattern).withMetadata(Map.of("lacewing.preprocess.mean", "1,2,3"));
        Model before = new Model(graph);
        before.save(file("net"));
        Model after = Lacewing.load(file("net"));
        assertThat(after.graph()).isEqualTo(Rewrites.apply(graph));
        assertThat(after.graph().metadata()).isEqualTo(graph.metadata());
        assertThat(after.decisions()).as("nothing was measured").isEmpty();
        assertThat(bits(run(after))).isEqualTo(bits(run(before)));
        assertThat(Rewrites.apply(after.graph())).as("rewriting again changes nothing").isSameAs(after.graph());
    }

    @Test
    void aFileLargerThanTheMemoryIsRefused() throws IOException {
        Path file = file("large");
        Files.write(file, Bytes.of(Nets.everything(), Map.of()));
        long size = 1L << 42;
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.seek(Frame.HEAD - 8);
            large.writeLong(Long.reverseBytes(size));
            large.setLength(size);   // a hole
        } catch (IOException e) {
            assumeTrue(false, "no room for a file of 4 TB: " + e.getMessage());
        }
        assertThatThrownBy(() -> Lacewing.load(file)).isInstanceOf(Failed.class).hasMessageContaining("not enough memory to read " + file);
    }

    private static float[] run(Model model) {
        try (Session session = model.session(Options.defaults())) {
            Random random = new Random(1);
            float[] input = new float[session.inputShapes().getFirst().size()];
            for (int i = 0; i < input.length; i++) input[i] = (float) random.nextGaussian();
            return session.run(input);
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(values[i]);
        return bits;
    }

    @Test
    void everyOpAndActivationComesBack() {
        Graph graph = Nets.everything();
        Set<Class<?>> ops = graph.nodes().stream().map(n -> n.op().getClass()).collect(Collectors.toSet()),
                activations = graph.nodes().stream().flatMap(n -> n.op() instanceof Op.Activate(var a) ? Stream.of(a.getClass()) : Stream.empty()).collect(Collectors.toSet());
        assertThat(ops).containsExactlyInAnyOrder(Stream.of(Op.class.getPermittedSubclasses()).filter(Op.class::isAssignableFrom).toArray(Class<?>[]::new));
        assertThat(activations).containsExactlyInAnyOrder(Activation.class.getPermittedSubclasses());
        Graph read = Bytes.read(Bytes.of(graph, Map.of())).graph();
        assertThat(read).isEqualTo(graph);
        assertThat(read.name()).isEqualTo(graph.name());
        assertThat(read.metadata()).isEqualTo(graph.metadata());
    }

    @Test
    void sharedTensorsStayShared() {
        Graph read = Bytes.read(Bytes.of(Nets.everything(), Map.of())).graph();
        Op.Conv conv = (Op.Conv) read.nodes().getFirst().op();
        assertThat(((Activation.PRelu) conv.activation()).slopes()).isSameAs(conv.bias());
        assertThat(((Op.BatchNormalization) read.nodes().get(1).op()).scale()).isSameAs(conv.bias());
    }

    @Test
    void theSameModelMakesTheSameBytes() throws IOException {
        Model model = new Model(Nets.small("mobilenet_v3_small", "1x4"));
        model.save(file("a"));
        model.save(file("b"));
        Lacewing.load(file("a")).save(file("c"));
        assertThat(file("b")).hasSameBinaryContentAs(file("a"));
        assertThat(file("c")).hasSameBinaryContentAs(file("a"));
        assertThat(Files.list(folder)).hasSize(3);
    }

    @Test
    void zerosCostLittle() throws IOException {
        Graph graph = Zoo.build("mobilenet_v1");
        new Model(graph).save(file("dense"));
        for (String pattern : List.of("unstructured", "1x4")) new Model(Nets.pruned(graph, pattern)).save(file(pattern));
        long dense = Files.size(file("dense"));
        assertThat(dense).isBetween(4 * 4_200_000L, 4 * 4_300_000L);
        assertThat(Files.size(file("unstructured"))).isLessThan((long) (0.135 * dense));
        assertThat(Files.size(file("1x4"))).isLessThan((long) (0.112 * dense));
    }

    @Test
    void storedDecisionsAreFollowedWhereTheyCanBe() {
        Graph graph = Rewrites.apply(Nets.small("mobilenet_v1", "1x4"));
        Map<String, Decision> own = new Model(graph).plan(Options.defaults()).decisions(), other = new LinkedHashMap<>();
        own.forEach((layer, d) -> other.put(layer, new Decision(true, d.sparse() && d.rows() == 2 ? 1 : 2)));
        new Model(graph, other).save(file("net"));
        Model read = Lacewing.load(file("net"));
        assertThat(read.decisions()).isEqualTo(other);
        assertThat(read.plan(Options.defaults()).decisions()).isEqualTo(other);
        assertThat(reasons(read, Options.defaults())).allMatch(r -> r.startsWith("as stored in the file: "));
        assertThat(reasons(read, Options.defaults().withDense(true))).allMatch(r -> r.startsWith("dense"));
        float[] got = run(read), expected = run(new Model(graph));
        for (int i = 0; i < got.length; i++) assertThat(got[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f));

        Map<String, Decision> unusable = new LinkedHashMap<>();
        own.forEach((layer, d) -> { if (!layer.equals("classifier")) unusable.put(layer, new Decision(true, 16)); });   // a vector has blocks of its lanes
        new Model(graph, unusable).save(file("wide"));
        Model wide = Lacewing.load(file("wide"));
        assertThat(wide.decisions()).isEqualTo(unusable);
        assertThat(wide.plan(Options.defaults()).decisions()).isEqualTo(own);
        assertThat(reasons(wide, Options.defaults())).allMatch(r -> r.contains("sparse in blocks of 16x1, for which this machine has no kernel"));
    }

    private static List<String> reasons(Model model, Options options) {
        return model.explain(options).stream().filter(l -> model.decisions().containsKey(l.name())).map(LayerReport::reason).toList();
    }

    @Test
    void dimensionsOfACompiledFileAreFixed() {
        new Model(Nets.small("resnet20", "dense")).save(file("net"));
        assertThat(Lacewing.load(file("net"), Map.of("input.2", 32)).graph().inputs()).hasSize(1);
        assertThatThrownBy(() -> Lacewing.load(file("net"), Map.of("input.2", 64))).isInstanceOf(Invalid.class).hasMessageContaining("fixed at 32");
        assertThatThrownBy(() -> Lacewing.load(file("net"), Map.of("batch", 64))).isInstanceOf(Invalid.class).hasMessageContaining("batch");
    }

    @Test
    void filesThatCannotBeReadOrWritten() throws IOException {
        assertThatThrownBy(() -> Lacewing.load(file("none"))).isInstanceOf(Failed.class).hasMessageContaining("none.lace");
        assertThatThrownBy(() -> Lacewing.load(Files.createDirectory(file("folder")))).isInstanceOf(Failed.class).hasMessageContaining("folder");
        Model model = new Model(Nets.small("resnet20", "dense"));
        assertThatThrownBy(() -> model.save(folder.resolve("no/net.lace"))).isInstanceOf(Failed.class).hasMessageContaining("no folder");
        assertThatThrownBy(() -> model.save(file("folder"))).isInstanceOf(Failed.class).hasMessageContaining("is a folder");
        assertThat(new TreeSet<>(Files.list(folder).toList())).containsExactly(file("folder"));
    }

    @Test
    void weightsThatAreNoNumbersAreNeitherWrittenNorRead() {
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            Tensor weight = Nets.random(8, 4);
            Graph graph = Nets.everything();
            Graph broken = graph.withNodes(graph.nodes().stream().map(n -> n.op() instanceof Op.Gemm g ? n.with(new Op.Gemm(weight, g.bias(), g.activation())) : n).toList());
            byte[] good = Bytes.of(broken, Map.of());
            weight.values()[5] = bad;
            assertThatThrownBy(() -> new Model(broken).save(file("nan"))).isInstanceOf(Invalid.class).hasMessageContaining("finite");
            assertThat(file("nan")).doesNotExist();
            byte[] patched = Bytes.replace(good, Nets.random(8, 4).values()[5], bad);
            assertThatThrownBy(() -> Bytes.read(patched)).isInstanceOf(Invalid.class).hasMessageContaining("finite");
        }
    }
}

package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Lacewing;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Difference;
import dev.lacewing.onnx.TensorFile;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that run a network, on a small one. */
class EngineTest {
    private static final int PICTURES = 5;

    @TempDir
    static Path folder;

    private static Path net, pictures, table;

    @BeforeAll
    static void prepare() throws IOException {
        net = folder.resolve("net.onnx");
        Path dense = folder.resolve("dense.onnx");
        assertThat(Cli.run("zoo", "resnet20", "--width", "0.5", "--mean", "127.5", "--std", "64", "-o", dense).code()).isZero();
        assertThat(Cli.run("prune", dense, "--pattern", "1x4", "--scope", "conv", "-s", "0.8", "-o", net).code()).isZero();
        pictures = Files.createDirectory(folder.resolve("pictures"));
        table = folder.resolve("truth.csv");
        StringBuilder truth = new StringBuilder("file,class,wnid\n");
        Random random = new Random(7);
        for (int i = 0; i < PICTURES; i++) {
            BufferedImage image = new BufferedImage(40 + i, 50, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < image.getWidth() * 50; p++) image.setRGB(p % image.getWidth(), p / image.getWidth(), random.nextInt());
            ImageIO.write(image, "png", pictures.resolve(i + ".png").toFile());
            truth.append(i).append(".png,").append(i).append(",n0\n");
        }
        Files.writeString(table, truth);
    }

    private static Cli ok(Object... args) {
        Cli cli = Cli.run(args);
        assertThat(cli.code()).as(cli.err() + cli.out()).isZero();
        return cli;
    }

    @Test
    void verifyAgrees() {
        JsonValue json = ok("verify", net, "--against", "onnxruntime", "--threads", "2", "--json").json();
        assertThat(json.names()).containsExactly("max_abs_diff", "max_abs_output", "ok");
        assertThat(json.get("ok").value()).isEqualTo(true);
        assertThat(json.get("max_abs_output").number()).isPositive();
        ok("verify", net, "--against", "onnxruntime", "--batch", "3", "--input-shape", "1,3,32,32");
    }

    @Test
    void verifyReadsTestDataAndFindsDifferences() throws IOException {
        Path data = Files.createDirectory(folder.resolve("test_data_set_0"));
        try (Session session = Lacewing.load(net).session(Options.defaults())) {
            float[] input = Buffers.normal(session.inputShapes(), 3)[0], output = session.run(input);
            TensorFile.write(data.resolve("input_0.pb"), "input", new Tensor(session.inputShapes().getFirst(), input));
            TensorFile.write(data.resolve("output_0.pb"), "logits", new Tensor(session.outputShapes().getFirst(), output));
            ok("verify", net, "--test-data", data);
            ok("verify", net, "--test-data", folder);
            output[0] += 1e-2f;
            TensorFile.write(data.resolve("output_0.pb"), "logits", new Tensor(session.outputShapes().getFirst(), output));
        }
        Cli cli = Cli.run("verify", net, "--test-data", data, "--json");
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.json().get("ok").value()).isEqualTo(false);
        Files.write(data.resolve("input_0.pb"), new byte[] {1, 2, 3});
        assertThat(Cli.run("verify", net, "--test-data", data).code()).isEqualTo(1);
    }

    @Test
    void benchReportsItsFields() {
        JsonValue json = ok("bench", net, "--runs", "5", "--warmup", "5", "--against", "onnxruntime", "--json").json();
        assertThat(json.names()).containsExactly("model", "threads", "tier", "lanes", "median_ms", "min_ms", "p90_ms", "first_ms", "allocated_bytes_per_run", "against");
        assertThat(json.get("against").names()).containsExactly("name", "version", "median_ms", "first_ms", "ratio");
        assertThat(json.get("against").get("ratio").number()).isEqualTo(json.get("against").get("median_ms").number() / json.get("median_ms").number());
        assertThat(ok("bench", net, "--runs", "3", "--warmup", "0", "--dense", "--json").json().get("against").value()).isNull();
    }

    @Test
    void thePeersFirstRunIsTheOneThatIsCompared() {
        float[][] ours = {{0, 0}}, theirs = {{1, 1}};
        SleepyPeer peer = new SleepyPeer(List.of(), List.of(Shape.of(2)));
        BenchCommand.FirstRun first = BenchCommand.FirstRun.of(peer, new float[0][], ours, theirs);
        assertThat(first.ms()).isGreaterThanOrEqualTo(peer.firstNanos / 1e6);
        assertThat(first.difference()).isEqualTo(Difference.between(ours, theirs));
        assertThat(peer.nanos).as("nothing else was run").isEqualTo(peer.firstNanos);
    }

    @Test
    void tuneWritesWhatItMeasured() {
        Path tuned = folder.resolve("tuned.lace");
        JsonValue json = ok("tune", net, "-o", tuned, "--limit", "1", "--threads", "2", "--json").json();
        assertThat(json.names()).containsExactly("output", "threads", "layers", "changed", "before_ms", "after_ms");
        int layers = json.get("layers").list().size();
        assertThat(Lacewing.load(tuned).decisions()).hasSize(layers);
        assertThat(ok("explain", tuned).out().split("as stored in the file", -1)).hasSize(layers + 1);
        assertThat(ok("tune", tuned, "-o", tuned, "--limit", "1").out()).contains("as planned", "as tuned", "written: " + tuned);
    }

    @Test
    void explainListsLayers() {
        JsonValue json = ok("explain", net, "--json").json();
        assertThat(json.get("layers").list()).hasSizeGreaterThan(20).allSatisfy(l -> assertThat((String) l.get("reason").value()).isNotBlank());
        assertThat(ok("explain", net).out()).contains("why").contains("total");
        assertThat(ok("explain", net, "--threads", "2").out()).contains("one thread that does the shares of all 2");
        assertThat(ok("explain", net).out()).doesNotContain("one thread");
        JsonValue measured = ok("explain", net, "--measure", "--runs", "3", "--json").json();
        assertThat(measured.get("total").get("measured_ms").number()).isPositive();
        assertThat(measured.get("total").get("dense_ms").number()).isPositive();
    }

    @Test
    void runPrintsTheBestClasses() throws IOException {
        Path labels = Files.writeString(folder.resolve("labels.txt"), "n00000001 zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n");
        Cli cli = ok("run", net, "--image", pictures.resolve("0.png"), "--labels", labels, "--top", "3", "--json");
        assertThat(cli.err()).contains("remembered in the file").contains("softmax");
        assertThat(cli.json().get("top").list()).hasSize(3).allSatisfy(t -> assertThat((String) t.get("label").value()).isNotBlank());
        double first = cli.json().get("top").list().getFirst().get("score").number();
        assertThat(ok("run", net, "--image", pictures.resolve("0.png"), "--mean", "0", "--std", "20", "--json").json().get("top").list().getFirst().get("score").number())
                .isNotEqualTo(first);
    }

    @Test
    void evalCountsAndComparesWithThePeer() {
        JsonValue json = ok("eval", net, "--images", pictures, "--labels", table, "--against", "onnxruntime", "--json").json();
        assertThat(json.get("images").number()).isEqualTo(PICTURES);
        assertThat(json.get("differing_top1").number()).isZero();
        assertThat(json.get("top5").number()).isGreaterThanOrEqualTo(json.get("top1").number());
        JsonValue batched = ok("eval", net, "--images", pictures, "--labels", table, "--batch", "2", "--threads", "2", "--json").json();
        assertThat(batched.names()).containsExactly("images", "top1", "top5", "images_per_second");
        assertThat(batched.get("top1").number()).isEqualTo(json.get("top1").number());
    }

    @Test
    void evalReadsCifar() throws IOException {
        byte[] records = new byte[3 * 3073];
        new Random(1).nextBytes(records);
        for (int i = 0; i < 3; i++) records[i * 3073] = (byte) i;
        Path file = Files.write(folder.resolve("batch.bin"), records);
        assertThat(ok("eval", net, "--cifar", file, "--limit", "2", "--json").json().get("images").number()).isEqualTo(2);
        records[0] = 10;
        Files.write(file, records);
        assertThat(Cli.run("eval", net, "--cifar", file).code()).isEqualTo(1);
    }

    @Test
    void doctorMeasures() {
        JsonValue json = ok("doctor", "--json").json();
        assertThat(json.get("peak_gflops").number()).isPositive();
        assertThat(json.get("lanes").number()).isIn(1.0, 4.0, 8.0, 16.0);
    }
}

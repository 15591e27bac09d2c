package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.graph.Graph;
import dev.lacewing.train.Preparation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The networks that come with Lacewing are what is said of them; {@code -Dlacewing.approve=true} approves what they are now. */
class ShippedTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/shipped.txt");
    private static final int MOST_BYTES = 2_000_000;

    /** Among the test images that come with Lacewing. */
    private static final int TROUSER = 2;

    @TempDir
    Path folder;

    @Test
    void areAsApproved() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String name : Shipped.NAMES) {
            Graph graph = Shipped.load(name).graph();
            text.append(String.format(Locale.ROOT, "%s: %d bytes, %.4f zeros in 1x1 convolutions, %s on all test images of %s%n  prepared: %s%n  classes: %s%n  %s%n", name,
                    bytes(name).length, Clothes.zeros(graph), graph.metadata().get(Preparation.ACCURACY), graph.metadata().get(Preparation.DATA),
                    Preprocessing.from(graph.metadata()).describe(), Labels.of(graph), graph.metadata().get("lacewing.training.recipe")));
        }
        String now = text.toString().replace("\r\n", "\n");
        if (Boolean.getBoolean("lacewing.approve")) Files.writeString(GOLDEN, now);
        assertThat(now).isEqualTo(Files.readString(GOLDEN));
    }

    private static int right(Graph graph) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        try (Session session = new Model(graph).session(Options.defaults())) {
            return Clothes.right(graph, session, new Terminal(nowhere, nowhere, false));
        }
    }

    /** Whatever is approved: they are small, and the sparse one is less than half a point below the dense one. */
    @Test
    void areWhatTheyAreFor() throws IOException {
        Graph dense = Shipped.load(Shipped.DENSE).graph(), sparse = Shipped.load(Shipped.SPARSE).graph();
        assertThat(bytes(Shipped.DENSE).length + bytes(Shipped.SPARSE).length).isLessThan(MOST_BYTES);
        assertThat(Clothes.zeros(dense)).isZero();
        assertThat(Clothes.zeros(sparse)).isBetween(0.89, 0.95);
        assertThat(accuracy(sparse)).as("on all test images").isGreaterThan(accuracy(dense) - 0.005).isGreaterThan(0.9);
        for (Graph graph : List.of(dense, sparse)) assertThat(right(graph) / 500.0).as("of those that come with Lacewing").isCloseTo(accuracy(graph), within(0.03));
        for (Graph graph : List.of(dense, sparse)) assertThat(Labels.of(graph)).hasSize(10).element(6).isEqualTo("Shirt");
        try (InputStream notice = Objects.requireNonNull(Shipped.class.getResourceAsStream("networks/LICENSE"))) {
            assertThat(new String(notice.readAllBytes(), StandardCharsets.UTF_8)).contains("Fashion-MNIST", "The MIT License", "Zalando");
        }
    }

    private static double accuracy(Graph graph) { return Double.parseDouble(graph.metadata().getOrDefault(Preparation.ACCURACY, "0")); }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Shipped.class.getResourceAsStream("networks/" + name + ".lace"))) {
            return in.readAllBytes();
        }
    }

    /** Their names stand for files; nothing else needs be said. */
    @Test
    void commandsTakeTheirNames() throws IOException {
        Cli eval = Cli.run("eval", "fashion-sparse", "--set", "fashion-mnist-500", "--json");
        assertThat(eval.code()).as(eval.err()).isZero();
        assertThat(eval.json().get("top1").number()).isEqualTo(right(Shipped.load("fashion-sparse").graph()) / 500.0);
        Path trouser = folder.resolve("trouser.png");
        ImageIO.write(test(TROUSER), "png", trouser.toFile());
        assertThat(Cli.run("run", "fashion-dense", "--image", trouser).out().lines().skip(1).findFirst()).get().asString().endsWith("1  Trouser");
        assertThat(Cli.run("explain", "fashion-sparse").code()).isZero();
        assertThat(Cli.run("bench", "fashion-sparse", "--batch", "2", "--runs", "3", "--json").json().names()).contains("model");
        Path site = folder.resolve("site");
        assertThat(Cli.run("export", "fashion-sparse", "--target", "web", "-o", site).code()).isZero();
        assertThat(site.resolve("manifest.json")).content().contains("\"Ankle boot\"", "\"filled\": true", "\"name\": \"fashion-sparse\"", "\"guessed\": false");
        assertThat(Cli.run("run", "fashion", "--image", trouser).err()).contains("fashion: no such file");
    }

    private static BufferedImage test(int index) {
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 28; y++)
            for (int x = 0; x < 28; x++) image.setRGB(x, y, 0x010101 * SetSamples.builtIn().picture(index).sample(x, y, 0));
        return image;
    }
}

package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.train.data.Batches;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.data.Images;
import dev.lacewing.train.method.DynamicSparse;
import dev.lacewing.train.method.Method;
import dev.lacewing.train.method.Run;
import dev.lacewing.train.method.Step;
import dev.lacewing.train.recipe.Recipe;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private static final String PLAIN = "data: bars\nnetwork: toy.onnx\nbatch: 32\nepochs: 3\n";

    private static Trainer.Result train(String yaml) { return train(Recipe.parse("r", yaml), Trainer.Settings.of(1)); }

    private static Trainer.Result train(Recipe recipe, Trainer.Settings settings) {
        return Trainer.train(recipe, Toys.bars(), Toys.network(), recipe.teacher().isPresent() ? Toys.network() : null, settings, new Progress() {});
    }

    @Test
    void learns() {
        Trainer.Result result = train(PLAIN);
        assertThat(result.history()).hasSize(3);
        assertThat(result.last().testAccuracy()).isGreaterThan(0.95);
        assertThat(result.last().loss()).isLessThan(result.history().getFirst().loss());
        assertThat(result.last().density()).isEqualTo(1);
    }

    @Test
    void theGraphIsAsAccurateInTheEngine() {
        for (String average : List.of("", "ema: 0.9\n")) {
            Trainer.Result result = train(PLAIN + average + "method: {name: gradual, sparsity: 0.75, frequency: 4}\n");
            assertThat(accuracy(result.graph())).isCloseTo(result.last().testAccuracy(), within(1e-9));
            assertThat(((Op.Conv) result.graph().nodes().get(3).op()).weight().sparsity()).isCloseTo(0.75, within(0.001));
            assertThat(result.last().density()).isCloseTo(0.25, within(0.001));
        }
    }

    private static double accuracy(Graph graph) {
        DataSet data = Toys.bars();
        Batches batches = Batches.evaluation(data.test(), data.normalisation(), 1);
        float[] pixels = new float[data.test().size()];
        int[] label = new int[1];
        int correct = 0;
        try (Session session = new Model(graph).session(Options.defaults())) {
            for (int b = 0; b < batches.count(); b++) {
                batches.read(0, b, pixels, label);
                correct += Trainer.correct(session.run(pixels), label, 1, data.classes());
            }
        }
        return (double) correct / batches.count();
    }

    @Test
    void sameRecipeSameBitsOtherSeedOtherBits() {
        String sparse = PLAIN + "method: {name: rigl, sparsity: 0.5, interval: 5}\n";
        assertThat(train(sparse).graph()).isEqualTo(train(sparse).graph());
        assertThat(train(sparse + "seed: 1\n").graph()).isNotEqualTo(train(sparse).graph());
        assertThat(train(sparse + "seed: {weights: 0, method: 5}\n").graph()).isNotEqualTo(train(sparse).graph());
    }

    @ParameterizedTest
    @ValueSource(strings = {"method: {name: gradual, sparsity: 0.8, frequency: 3}\nema: 0.9\nsmoothing: 0.1\noptimizer: adam\nteacher: {file: t.onnx}\nrate: {name: cosine, rate: 0.01}\n",
            "method: {name: rigl, sparsity: 0.6, interval: 4}\n", "method: {name: sr_ste, lambda: 0.01}\noptimizer: {name: sgd, nesterov: true}\n"})
    void aStoppedRunGoesOnToTheSameBits(String settings, @TempDir Path folder) {
        goesOnToTheSameBits(Recipe.parse("r", PLAIN + settings), folder);
    }

    private static void goesOnToTheSameBits(Recipe recipe, Path folder) {
        Trainer.Result whole = train(recipe, Trainer.Settings.of(1));
        for (int stop : new int[] {1, 7, 12, 30}) {
            Path checkpoint = folder.resolve("c" + stop);
            Trainer.Settings settings = new Trainer.Settings(1, checkpoint, true, 0);
            assertThatThrownBy(() -> Trainer.train(recipe, Toys.bars(), Toys.network(), recipe.teacher().isPresent() ? Toys.network() : null, settings, new Progress() {
                @Override
                public void step(long step, long steps, double loss, double accuracy, double density) { if (step == stop) throw new IllegalStateException("stopped"); }
            })).hasMessage("stopped");
            List<Double> densities = new ArrayList<>();
            Trainer.Result resumed = Trainer.train(recipe, Toys.bars(), Toys.network(), recipe.teacher().isPresent() ? Toys.network() : null, settings, new Progress() {
                @Override
                public void step(long step, long steps, double loss, double accuracy, double density) { densities.add(density); }
            });
            assertThat(densities).allSatisfy(d -> assertThat(d).isPositive());
            assertThat(resumed.graph()).isEqualTo(whole.graph());
            assertThat(withoutSeconds(resumed.history())).isEqualTo(withoutSeconds(whole.history()));
        }
    }

    private static List<Epoch> withoutSeconds(List<Epoch> history) {
        List<Epoch> without = new ArrayList<>();
        for (Epoch e : history) without.add(new Epoch(e.number(), e.rate(), e.loss(), e.accuracy(), e.testLoss(), e.testAccuracy(), e.density(), 0, e.figures()));
        return without;
    }

    @Test
    void refusesCheckpointsOfOthersAndDamagedOnes(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("checkpoint");
        Recipe recipe = Recipe.parse("r", PLAIN);
        Trainer.Settings settings = new Trainer.Settings(1, file, true, 60);
        train(recipe, settings);
        assertThatThrownBy(() -> train(recipe.withSeed(3), settings)).isInstanceOf(Invalid.class).hasMessageContaining("another recipe");
        byte[] good = Files.readAllBytes(file);
        for (int at : new int[] {0, 5, 100, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(file, bad);
            assertThatThrownBy(() -> train(recipe, settings)).isInstanceOf(Malformed.class);
        }
        for (int length : new int[] {0, 7, 15, 1000, good.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThatThrownBy(() -> train(recipe, settings)).isInstanceOf(Malformed.class);
        }
    }

    @Test
    void aTeacherIsListenedTo() {
        assertThat(train(PLAIN + "teacher: {file: t.onnx, weight: 1}\n").last().testAccuracy()).isLessThan(0.9);   // a teacher that has learnt nothing
    }

    @Test
    void everyMethodRunsUnderTheLoop() {
        for (String method : dev.lacewing.train.recipe.Families.methods().keySet()) {
            if (method.equals("g2g")) continue;   // for chains of Gemm layers
            String settings = switch (method) {
                case "subp" -> "{name: subp, patterns: 1x4, start: 0, end: 2}";
                case "rigl", "set", "static" -> "{name: " + method + ", interval: 5, sparsity: 0.5}";
                default -> method;
            };
            Trainer.Result result = train(PLAIN + "method: " + settings + "\n");
            assertThat(result.last().testAccuracy()).as(method).isGreaterThan(0.8);
            assertThat(result.last().density()).as(method).isLessThanOrEqualTo(method.equals("dense") ? 1 : 0.51);
        }
    }

    /** Activations by the names that the graph gives them, behind flatten, normalisation and activation. */
    @Test
    void hebbianGrowthSeesTheActivations() {
        Graph network = Zoo.build("mlp", new ZooOptions(0.1, Toys.SIDE, Toys.CLASSES, 1, 1, true));
        String recipe = PLAIN.replace("epochs: 3", "epochs: 8") + "scope: all\nmethod: {name: g2g, groups: 2, interval: 5, window: 3, growth: ";
        List<Graph> trained = new ArrayList<>();
        for (String growth : List.of("none", "hebbian")) {
            Trainer.Result result = Trainer.train(Recipe.parse("r", recipe + growth + "}\n"), Toys.bars(), network, null, Trainer.Settings.of(1), new Progress() {});
            assertThat(result.last().testAccuracy()).as(growth).isGreaterThan(0.8);
            assertThat(result.last().density()).as(growth).isBetween(0.35, 0.41);
            trained.add(result.graph());
        }
        assertThat(trained.get(0).nodes().stream().map(TrainerTest::zeros).toList()).as("masks have moved").isNotEqualTo(trained.get(1).nodes().stream().map(TrainerTest::zeros).toList());
    }

    private static List<Boolean> zeros(Node node) {
        List<Boolean> zeros = new ArrayList<>();
        if (node.op() instanceof Op.Gemm gemm) for (float w : gemm.weight().values()) zeros.add(w == 0);
        return zeros;
    }

    /** What RigL does, with a look at the biases before each step. */
    private record Watched(DynamicSparse rigl, List<float[]> biases) implements Method {
        @Override
        public void begin(Run run) { rigl.begin(run); }

        @Override
        public void beforeForward(Run run, Step step) { biases.add(run.parameters().get("fc/bias").values().clone()); }

        @Override
        public boolean afterBackward(Run run, Step step) { return rigl.afterBackward(run, step); }
    }

    @Test
    void topologyStepsTakeNoStepOfTheOptimizer() {
        Recipe r = Recipe.parse("r", PLAIN + "method: {name: rigl, sparsity: 0.6, interval: 4}\n");
        List<float[]> biases = new ArrayList<>();
        Recipe watched = new Recipe(r.data(), r.network(), new Watched((DynamicSparse) r.method(), biases), r.scope(), r.epochs(), r.batch(), r.optimizer(), r.rate(), r.smoothing(), r.ema(),
                r.reestimate(), r.seed(), r.teacher(), r.evaluate());
        train(watched, Trainer.Settings.of(1));
        assertThat(biases).hasSize(36);
        for (int s = 0; s < 35; s++) {
            if (s % 4 == 0 && s <= 27) assertThat(biases.get(s + 1)).as("step %d", s).isEqualTo(biases.get(s));
            else assertThat(biases.get(s + 1)).as("step %d", s).isNotEqualTo(biases.get(s));
        }
    }

    @Test
    void evaluatesEverySecondEpochAndAfterTheLast() {
        List<Double> accuracies = train(PLAIN + "evaluate: 2\n").history().stream().map(Epoch::testAccuracy).toList();
        assertThat(accuracies.get(0)).isNaN();
        assertThat(accuracies.subList(1, 3)).allSatisfy(a -> assertThat(a).isGreaterThan(0.5));
    }

    /** The one loss of a step is a number, the weights after it are none. */
    @Test
    void aRunThatDivergesInItsLastStepGivesNoNetwork() {
        assertThatThrownBy(() -> train("data: bars\nnetwork: toy\nbatch: 384\nepochs: 1\nrate: {name: constant, rate: 1e38}\n")).isInstanceOf(Failed.class)
                .hasMessageContaining("after epoch 1").hasMessageContaining("diverged");
    }

    @Test
    void theFingerprintTellsAllApartThatDecides() {
        Recipe recipe = Recipe.parse("r", PLAIN);
        DataSet bars = Toys.bars();
        Graph network = Toys.network();
        int[] labels = bars.test().labels().clone();
        labels[5] = (labels[5] + 1) % 3;
        Images test = bars.test(), other = new Images(1, Toys.SIDE, Toys.SIDE, test.pixels(), labels, test.classes());
        Set<String> prints = new HashSet<>(List.of(Fingerprint.of(recipe, bars, network, null), Fingerprint.of(recipe, bars, network, network),
                Fingerprint.of(recipe, bars, network, train(PLAIN).graph()), Fingerprint.of(recipe.withSeed(2), bars, network, null),
                Fingerprint.of(recipe, new DataSet("bars", bars.train(), other, bars.normalisation()), network, null),
                Fingerprint.of(recipe, bars, with(network, new Op.Activate(new Activation.Sigmoid())), null)));
        Op.BatchNormalization b = (Op.BatchNormalization) network.nodes().get(1).op();
        prints.add(Fingerprint.of(recipe, bars, with(network, new Op.BatchNormalization(b.scale(), b.shift(), b.variance(), b.variance(), b.epsilon())), null));
        prints.add(Fingerprint.of(recipe, bars, with(network, new Op.BatchNormalization(b.scale(), b.shift(), b.mean(), b.variance(), 1e-3f)), null));
        assertThat(prints).hasSize(8);
        assertThat(Fingerprint.of(recipe, Toys.bars(), Toys.network(), null)).isEqualTo(Fingerprint.of(recipe, bars, network, null));
    }

    /** With this in the place of the first of its kind. */
    private static Graph with(Graph graph, Op op) {
        Node first = graph.nodes().stream().filter(n -> n.op().getClass() == op.getClass()).findFirst().orElseThrow();
        return graph.withNodes(graph.nodes().stream().map(n -> n == first ? n.with(op) : n).toList());
    }

    /** Blocks chosen in another order of the filters stand one below the other in the network that is handed on, which is as accurate. */
    @Test
    void rearrangedBlocksAreConsecutiveInTheEnd() {
        Graph network = Zoo.build("tinycnn", new ZooOptions(1, Toys.SIDE, Toys.CLASSES, 1, 1, true));
        Trainer.Result result = Trainer.train(Recipe.parse("r", PLAIN + "method: one_shot\nscope: conv\n"), Toys.bars(), network, null, Trainer.Settings.of(1), new Progress() {});
        assertThat(accuracy(result.graph())).isCloseTo(result.last().testAccuracy(), within(1e-9));
        int pruned = 0;
        for (Node node : result.graph().nodes())
            if (node.op() instanceof Op.Conv conv && conv.weight().sparsity() > 0.4) {
                float[] w = conv.weight().values();
                int row = w.length / conv.outChannels(), dead = 0;
                for (int i = 0; i < w.length; i++) if (i / row % 4 == 0 && w[i] == 0 && w[i + row] == 0 && w[i + 2 * row] == 0 && w[i + 3 * row] == 0) dead += 4;
                assertThat(dead).as(node.name()).isEqualTo(w.length - conv.weight().nonzeros());
                pruned++;
            }
        assertThat(pruned).isEqualTo(2);
    }

    @Test
    void withoutEpochsOnlyWhatPrunesAtOncePrunes() {
        assertThat(train(PLAIN.replace("epochs: 3", "epochs: 0") + "method: {name: one_shot, patterns: unstructured, sparsity: 0.75}\n").last().density()).isCloseTo(0.25, within(0.001));
        for (String method : List.of("gradual", "rigl", "set", "static", "g2g"))
            assertThatThrownBy(() -> train(PLAIN.replace("epochs: 3", "epochs: 0") + "method: " + method + "\n")).as(method).isInstanceOf(Invalid.class)
                    .hasMessageContaining("take one_shot, which prunes at once");
    }

    @Test
    void saysWhatDoesNotFit() {
        Recipe recipe = Recipe.parse("r", PLAIN);
        DataSet bars = Toys.bars();
        assertThatThrownBy(() -> train(PLAIN + "rate: {name: constant, rate: 1e30}\n")).isInstanceOf(Diverged.class).hasMessageContaining("diverged");
        assertThatThrownBy(() -> train(PLAIN.replace("32", "1000"))).isInstanceOf(Invalid.class).hasMessageContaining("larger than all 384");
        Graph wide = Zoo.build("resnet20");
        assertThatThrownBy(() -> Trainer.train(recipe, bars, wide, null, Trainer.Settings.of(1), new Progress() {})).isInstanceOf(Invalid.class)
                .hasMessageContaining("1x3x32x32").hasMessageContaining("1x8x8");
    }
}

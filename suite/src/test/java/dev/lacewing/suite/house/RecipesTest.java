package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.cli.Main;
import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.data.Images;
import dev.lacewing.train.method.Method;
import dev.lacewing.train.method.Run;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import dev.lacewing.train.recipe.Families;
import dev.lacewing.train.recipe.Recipe;
import dev.lacewing.zoo.Zoo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in {@code recipes}, in {@code experiments} and as YAML on the pages can be read, and recipes do what their comments say. */
final class RecipesTest {
    private static final Pattern COMMAND = Pattern.compile("# +lacewing (train (recipes/\\S+) -o (\\S+))");
    private static final Pattern LEFT = Pattern.compile("([^/]+)/(.+)-(\\d+)\\.onnx");
    private static final int IMAGES = 256;

    @TempDir
    Path folder;

    static List<Path> experiments() throws IOException { return files("experiments"); }

    private static List<Path> files(String name) throws IOException {
        try (Stream<Path> all = Files.list(Repository.root().resolve(name))) {
            return all.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    /** The command that stands in a recipe's comment, on 256 images of noise: those that others start from first. */
    @Test
    void commandsOfRecipesTrain() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Random random = new Random(1);
        for (String part : List.of("train", "t10k")) {
            byte[] pixels = new byte[IMAGES * 28 * 28], labels = new byte[IMAGES];
            random.nextBytes(pixels);
            for (int i = 0; i < IMAGES; i++) labels[i] = (byte) random.nextInt(10);
            Files.write(data.resolve(part + "-images-idx3-ubyte"), idx(pixels, IMAGES, 28, 28));
            Files.write(data.resolve(part + "-labels-idx1-ubyte"), idx(labels, IMAGES));
        }
        List<Path> recipes = new ArrayList<>(files("recipes"));
        assertThat(recipes).hasSizeGreaterThan(8);
        Path target = Files.createDirectories(folder.resolve("recipes"));
        for (Path file : recipes) Files.copy(file, target.resolve(file.getFileName()));
        recipes.sort(Comparator.comparing(f -> !f.endsWith("dense.yaml")));
        for (Path file : recipes) {
            String text = Files.readString(file);
            List<String> commands = COMMAND.matcher(text).results().map(m -> m.group(1)).toList();
            assertThat(commands).as(file + " says its command").hasSize(1);
            String[] words = commands.getFirst().split(" ", -1);
            assertThat(words[1]).isEqualTo("recipes/" + file.getFileName());
            StringWriter err = new StringWriter();
            int code = Main.run(new String[] {"train", folder.resolve(words[1]).toString(), "-o", folder.resolve(words[3]).toString(), "--data", data.toString(), "--threads", "1"},
                    new PrintWriter(new StringWriter()), new PrintWriter(err, true));
            assertThat(code).as(file + ": " + err).isZero();
            Graph trained = Lacewing.load(folder.resolve(words[3])).graph();
            assertThat(trained.metadata().get("lacewing.training.recipe")).isEqualTo(Recipe.read(file).toString());
            Promise.check(Recipe.read(file), trained);
            assertThat(text.lines().filter(l -> !l.startsWith("#")).count()).as(file + " is short").isBetween(3L, 12L);
        }
    }

    private static byte[] idx(byte[] values, int... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dims.length + values.length).putInt(0x800 + dims.length);
        for (int d : dims) bytes.putInt(d);
        return bytes.put(values).array();
    }

    /** Each kind of method has a recipe, and distillation has one. */
    @Test
    void everyMethodHasARecipe() throws IOException {
        Set<Class<?>> used = files("recipes").stream().map(f -> Recipe.read(f).method().getClass()).collect(Collectors.toSet());
        assertThat(used).containsAll(Families.methods().values().stream().map(Method::getClass).toList());
        assertThat(files("recipes").stream().map(Recipe::read)).anyMatch(r -> r.teacher().isPresent());
    }

    /** On networks of the zoo with random weights, in the places of those in files as well: each arm's method begins, so its settings fit network and epochs; figures of the table are some method's. */
    @ParameterizedTest
    @MethodSource("experiments")
    void experimentsCanBegin(Path file) {
        Experiment experiment = Experiment.read(file);
        Set<String> figures = new HashSet<>();
        for (Arm arm : experiment.arms()) {
            checkTeacher(arm.recipe());
            Recipe recipe = withoutTeacher(arm.recipe());
            DataSet images = images(recipe.data().name());
            Recipe.Network network = recipe.network();
            if (network.isFile()) {
                String name = network.name().replaceFirst("\\.onnx$", "");
                new Model(Zoo.build(name, Zoo.defaults(name).withBatchNorm(false))).save(folder.resolve(network.name()));
            } else if (!arm.from().isEmpty()) {
                Recipe.Network start = new Recipe.Network(network.name(), network.width(), Rearranger.By.NONE, false);
                new Model(Preparation.of(recipe.withNetwork(start), images, folder).graph()).save(folder.resolve("start.onnx"));
                recipe = recipe.withNetwork(network.withFile("start.onnx"));
            }
            Graph graph = Preparation.of(recipe, images, folder).graph();
            Parameters parameters = Parameters.of(graph);
            Run run = new Run(graph, parameters, parameters.weightsOf(recipe.scope().nodes(graph)), recipe.epochs(), 100, 1);
            recipe.method().begin(run);
            assertThat(run.sparse().stream().anyMatch(p -> p.mask() != null)).as(arm.name() + " has masks").isEqualTo(!recipe.isDense());
            figures.addAll(recipe.method().figures(run).keySet());
        }
        assertThat(figures).containsAll(experiment.figures());
    }

    /** What it starts from itself, or what an arm of another experiment leaves. */
    private static void checkTeacher(Recipe recipe) {
        if (recipe.teacher().isEmpty() || recipe.teacher().get().file().equals(recipe.network().name())) return;
        Matcher name = LEFT.matcher(recipe.teacher().get().file());
        assertThat(name.matches()).as(recipe.teacher() + " is EXPERIMENT/ARM-SEED.onnx").isTrue();
        Experiment other = Experiment.read(Repository.root().resolve("experiments/" + name.group(1) + ".yaml"));
        assertThat(other.arms()).extracting(Arm::name).contains(name.group(2));
        assertThat(other.seeds()).contains(Long.parseLong(name.group(3)));
    }

    private static Recipe withoutTeacher(Recipe r) {
        return new Recipe(r.data(), r.network(), r.method(), r.scope(), r.epochs(), r.batch(), r.optimizer(), r.rate(), r.smoothing(), r.ema(), r.reestimate(), r.seed(),
                Optional.empty(), r.evaluate());
    }

    private static DataSet images(String name) {
        boolean cifar = name.startsWith("cifar");
        assertThat(cifar || name.endsWith("mnist")).as(name).isTrue();
        int channels = cifar ? 3 : 1, side = cifar ? 32 : 28, count = 10;
        byte[] pixels = new byte[count * channels * side * side];
        new Random(1).nextBytes(pixels);
        Images images = new Images(channels, side, side, pixels, IntStream.range(0, count).toArray(), IntStream.range(0, count).mapToObj(String::valueOf).toList());
        return new DataSet(name, images, images);
    }

    /** Blocks ```yaml of the pages. */
    @Test
    void yamlOnThePagesCanBeRead() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Repository.root().resolve("README.md")));
        try (Stream<Path> docs = Files.list(Repository.root().resolve("docs"))) {
            docs.filter(f -> f.toString().endsWith(".md")).forEach(pages::add);
        }
        int recipes = 0, experiments = 0;
        for (Path page : pages)
            for (String yaml : Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(page)).results().map(m -> m.group(1)).toList())
                if (yaml.contains("\narms:")) experiments += Experiment.parse(page.toString(), yaml).arms().isEmpty() ? 0 : 1;
                else recipes += checked(Recipe.parse(page.toString(), yaml));
        assertThat(recipes).isPositive();
        assertThat(experiments).isPositive();
    }

    /** The examples in the help of train and of experiment. */
    @Test
    void yamlInTheHelpCanBeRead() {
        assertThat(checked(Recipe.parse("help", yaml("train").replaceAll("  +(?:a published|of the zoo).*", "")))).isOne();
        assertThat(Experiment.parse("help", yaml("experiment")).arms()).hasSize(2);
    }

    private static int checked(Recipe recipe) {
        if (!recipe.network().isFile()) Preparation.of(withoutTeacher(recipe), images(recipe.data().name()), Path.of(""));
        return 1;
    }

    /** The lines of a help text that are set in and follow its description. */
    private static String yaml(String command) {
        StringWriter out = new StringWriter();
        assertThat(Main.run(new String[] {command, "--help"}, new PrintWriter(out, true), new PrintWriter(new StringWriter()))).isZero();
        String[] blocks = out.toString().split("\\R\\R", -1);
        return Stream.of(blocks).filter(b -> b.lines().allMatch(l -> l.startsWith("  ")) && b.contains("data: ")).findFirst().orElseThrow().stripIndent() + "\n";
    }
}

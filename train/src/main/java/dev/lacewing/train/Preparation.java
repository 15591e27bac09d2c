package dev.lacewing.train;

import dev.lacewing.Lacewing;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.rewrite.Rebatch;
import dev.lacewing.train.data.ClassFolders;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.data.DataSets;
import dev.lacewing.train.data.Normalisation;
import dev.lacewing.train.method.OneShot;
import dev.lacewing.train.method.Patterned;
import dev.lacewing.train.recipe.Recipe;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe names, found and made: what {@link Trainer#train} takes.
 *
 * @param data within the recipe's limits
 * @param graph with the weights to start from, for one image
 * @param teacher null if the recipe has none
 */
public record Preparation(Recipe recipe, DataSet data, Graph graph, @Nullable Graph teacher) {
    /** What the trained network's metadata say: the name of the data set; its classes' names, with commas between them; the share of its test images that the network got right. */
    public static final String DATA = "lacewing.training.data", CLASSES = "lacewing.training.classes", ACCURACY = "lacewing.training.accuracy";

    private static final int SPLIT = 1;

    /**
     * @param folder that the recipe's relative paths start from
     * @param data where to look for a published data set, null for where the package manager and {@code lacewing data} put it
     */
    public static Preparation of(Recipe recipe, Path folder, @Nullable Path data) { return of(recipe, data(recipe, folder, data), folder); }

    /** The data set that a recipe names, without the recipe's limits; parameters as above. */
    public static DataSet data(Recipe recipe, Path folder, @Nullable Path data) {
        Recipe.Data wanted = recipe.data();
        Path own = folder.resolve(wanted.name());
        boolean published = DataSets.ofUser().has(wanted.name());
        if (!published && wanted.name().contains("/") && !Files.isDirectory(own)) throw new Failed("there is no folder " + own + " with images");
        if (!published && Files.isDirectory(own)) {
            if (data != null) throw new Invalid("the recipe names the folder " + own + " itself: leave out the folder " + data + ", or name a published data set");
            return ClassFolders.read(own, wanted.channels(), wanted.size(), wanted.size());
        }
        if (published && !wanted.hasDefaultSize()) throw new Invalid("size and channels are of pictures of a folder: the images of " + wanted.name() + " are as they are; leave them out");
        return DataSets.ofUser().load(wanted.name(), data);
    }

    /**
     * @param whole the data set that the recipe names
     * @param folder that the recipe's relative paths start from
     */
    public static Preparation of(Recipe recipe, DataSet whole, Path folder) {
        DataSet data = limited(recipe.data(), whole);
        Recipe.Network network = recipe.network();
        Graph graph = network.isFile() ? load(folder.resolve(network.name())) : Zoo.build(network.name(), options(recipe, data));
        Graph teacher = recipe.teacher().isPresent() && recipe.teacher().get().weight() > 0 ? load(folder.resolve(recipe.teacher().get().file())) : null;
        Trainer.check(graph, data);
        if (teacher != null) Trainer.check(teacher, data);
        if (network.rearrange() != Rearranger.By.NONE) graph = rearranged(recipe, graph);
        if (network.batchNorm() && !network.isFile()) throw new Invalid("networks of the zoo have batch normalisation when they are trained: leave batch_norm out");
        if (network.batchNorm() && BatchNormalizations.areIn(graph)) throw new Invalid(network.name() + " has batch normalisation already: leave batch_norm out");
        if (!recipe.isDense() && recipe.scope().nodes(graph).isEmpty())
            throw new Invalid("no layer of " + graph.name() + " is in the scope " + recipe.scope().toString().toLowerCase(Locale.ROOT) + ": nothing would become sparse; try scope: all");
        return new Preparation(recipe, data, graph, teacher);
    }

    /**
     * The same for images that are normalised in this way; if the recipe asks for batch normalisation, it is put into the network now, for what passes through it depends on that.
     *
     * @throws Invalid if the network has batch normalisation already
     */
    public Preparation seenBy(Normalisation normalisation) {
        DataSet seen = new DataSet(data.name(), data.train(), data.test(), normalisation);
        if (!recipe.network().batchNorm()) return new Preparation(recipe, seen, graph, teacher);
        return new Preparation(recipe, seen, BatchNormalizations.insert(graph, seen, recipe.batch(), recipe.seed().ofOrder()), teacher);
    }

    /** Whether a run can go on from this file: it is a whole checkpoint of the same recipe, network and data. */
    public boolean fits(Path checkpoint) { return Checkpoint.fits(checkpoint, Fingerprint.of(recipe, data, graph, teacher)); }

    /**
     * Trains, and writes down in the network's metadata where it comes from.
     *
     * @throws Invalid if the recipe asks for batch normalisation that {@link #seenBy} has not put in yet
     */
    public Trainer.Result train(Trainer.Settings settings, Progress progress) {
        if (recipe.network().batchNorm() && !BatchNormalizations.areIn(graph))
            throw new Invalid("the recipe asks for batch normalisation, and it is not in " + graph.name() + " yet: call seenBy before train");
        if (recipe.epochs() > 0 && isFolded())
            progress.note(recipe.network().name() + " has no batch normalisation; if that was folded into its weights, batch_norm: true beside its name puts it back: without it, usual rates diverge");
        Trainer.Result result = Trainer.train(recipe, data, graph, teacher, settings, progress);
        Map<String, String> metadata = new LinkedHashMap<>(result.graph().metadata());
        metadata.put("lacewing.training.recipe", recipe.toString());
        metadata.put("lacewing.training.sha256", Fingerprint.of(recipe, data, graph, teacher));
        metadata.put(DATA, data.name());
        metadata.put(CLASSES, String.join(",", data.train().classes()));
        metadata.put(ACCURACY, String.valueOf(result.last().testAccuracy()));
        return new Trainer.Result(result.graph().withMetadata(metadata), result.history());
    }

    private boolean isFolded() {
        return recipe.network().isFile() && graph.nodes().stream().anyMatch(n -> n.op() instanceof Op.Conv) && !BatchNormalizations.areIn(graph);
    }

    private static DataSet limited(Recipe.Data wanted, DataSet whole) {
        DataSet data = wanted.validation() > 0 ? whole.validation(wanted.validation(), SPLIT) : whole;
        if (wanted.limit() == 0 && wanted.testLimit() == 0) return data;
        return new DataSet(data.name(), wanted.limit() > 0 ? data.train().first(wanted.limit()) : data.train(),
                wanted.testLimit() > 0 ? data.test().first(wanted.testLimit()) : data.test(), data.normalisation());
    }

    private static ZooOptions options(Recipe recipe, DataSet data) {
        if (data.train().height() != data.train().width()) throw new Invalid("networks of the zoo read square images, those of " + data.name() + " are not");
        return Zoo.defaults(recipe.network().name()).withWidth(recipe.network().width()).withResolution(data.train().height()).withClasses(data.classes())
                .withSeed(recipe.seed().weights()).withChannels(data.train().channels()).withBatchNorm(true);
    }

    private static Graph rearranged(Recipe recipe, Graph graph) {
        if (!recipe.network().isFile())
            throw new Invalid("rearrange puts trained channels in order, but " + recipe.network().name() + " starts from random weights: name the file of a trained network, or leave rearrange out");
        if (!(recipe.method() instanceof Patterned method))
            throw new Invalid("rearrange is for methods that prune in blocks 1xN (gradual, one_shot, subp), not for " + recipe.method() + "; leave it out");
        if (method instanceof OneShot shot && shot.rearrangement() != OneShot.Rearrangement.NONE)
            throw new Invalid("the network is rearranged before the training, and one_shot would do so once more: add rearrangement: none to the method, or leave rearrange out");
        return method.rearranged(graph, recipe.scope(), recipe.network().rearrange());
    }

    /**
     * A network from its file, for one image.
     *
     * @throws Failed if there is none
     */
    public static Graph load(Path file) {
        if (!Files.isRegularFile(file)) throw new Failed(file + ": no such file");
        return Rebatch.apply(Lacewing.load(file).graph(), 1);
    }
}

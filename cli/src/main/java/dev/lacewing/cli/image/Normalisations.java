package dev.lacewing.cli.image;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.data.Normalisation;
import dev.lacewing.train.recipe.Recipe;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The mean and deviation that a network was trained with stand in its file: what runs it later, or trains it on, takes them from there. */
public final class Normalisations {
    private static final int WHITE = 255;
    private static final double ROUNDED = 0.5 / WHITE;

    private Normalisations() {}

    /** The graph with the normalisation it was trained with in its metadata. */
    public static Graph remember(Graph graph, Normalisation normalisation) { return graph.withMetadata(preprocessing(normalisation).addTo(graph.metadata())); }

    /**
     * The same, with what the network's file remembers in place of mean and deviation of the training images: a trained network sees what it knows. Of a file that remembers
     * one of the two, the other is as where it is run. A teacher sees the same images.
     *
     * @throws Invalid if one of them wants blue before red, for images of data sets are red, green, blue; or if the teacher's file remembers another mean or deviation, by more
     *         than half a step of a pixel
     */
    public static Preparation asRemembered(Preparation prepared) {
        DataSet data = prepared.data();
        Normalisation remembered = remembered(prepared.graph(), prepared.graph().name(), data), used = remembered == null ? data.normalisation() : remembered;
        Graph teacher = prepared.teacher();
        if (teacher != null) {
            String file = prepared.recipe().teacher().map(Recipe.Teacher::file).orElse(teacher.name());
            Normalisation its = remembered(teacher, file, data);
            if (its != null && !(near(its.mean(), used.mean()) && near(its.deviation(), used.deviation())))
                throw new Invalid("the teacher " + file + " was trained with " + preprocessing(its).describe() + ", the network to be trained sees " + preprocessing(used).describe()
                        + ": take a teacher of the same, or start from a file that remembers what the teacher does (--mean and --std of lacewing zoo and lacewing prune)");
        }
        return prepared.seenBy(used);
    }

    /** Null if the file says nothing of it; that of the data set, to the last bit, where the file says the same. */
    private static @Nullable Normalisation remembered(Graph graph, String name, DataSet data) {
        Preprocessing known = Preprocessing.from(graph.metadata()), measured = preprocessing(data.normalisation()), all = known.orElse(Preprocessor.DEFAULTS);
        if (known.order() == Preprocessing.Order.BGR) throw new Invalid(name + " wants blue, green, red (so its file says), the images are red, green, blue");
        List<Float> mean = all.mean(), std = all.std();
        if (mean == null || std == null || known.mean() == null && known.std() == null) return null;
        if (mean.equals(measured.mean()) && std.equals(measured.std())) return data.normalisation();
        int channels = data.train().channels();
        return new Normalisation(shares(mean, channels), shares(std, channels));
    }

    private static boolean near(List<Double> a, List<Double> b) {
        return a.size() == b.size() && IntStream.range(0, a.size()).allMatch(i -> Math.abs(a.get(i) - b.get(i)) <= ROUNDED);
    }

    private static Preprocessing preprocessing(Normalisation n) { return new Preprocessing(null, null, null, scaled(n.mean()), scaled(n.deviation())); }

    private static List<Float> scaled(List<Double> shares) { return shares.stream().map(s -> (float) (WHITE * s)).toList(); }

    /** One for each channel, of one number for all. */
    private static List<Double> shares(List<Float> scaled, int channels) {
        List<Double> shares = scaled.stream().map(s -> (double) s / WHITE).toList();
        return shares.size() == 1 && channels > 1 ? Collections.nCopies(channels, shares.getFirst()) : shares;
    }
}

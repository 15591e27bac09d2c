package dev.lacewing.cli.image;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.data.Normalisation;
import java.util.Collections;
import java.util.List;

/** The mean and deviation that a network was trained with stand in its file: what runs it later, or trains it on, takes them from there. */
public final class Normalisations {
    private static final int WHITE = 255;

    private Normalisations() {}

    /** The graph with the normalisation it was trained with in its metadata. */
    public static Graph remember(Graph graph, Normalisation normalisation) { return graph.withMetadata(preprocessing(normalisation).addTo(graph.metadata())); }

    /**
     * The same, with what the network's file remembers in place of mean and deviation of the training images: a trained network sees what it knows.
     *
     * @throws Invalid if it wants blue before red: images of data sets are red, green, blue
     */
    public static Preparation asRemembered(Preparation prepared) {
        Preprocessing known = Preprocessing.from(prepared.graph().metadata()), measured = preprocessing(prepared.data().normalisation());
        if (known.order() == Preprocessing.Order.BGR) throw new Invalid(prepared.graph().name() + " wants blue, green, red (so its file says), the images are red, green, blue");
        Preprocessing wanted = known.orElse(measured);
        List<Float> mean = wanted.mean(), std = wanted.std();
        if (mean == null || std == null || mean.equals(measured.mean()) && std.equals(measured.std())) return prepared.seenBy(prepared.data().normalisation());
        int channels = prepared.data().train().channels();
        return prepared.seenBy(new Normalisation(shares(mean, channels), shares(std, channels)));
    }

    private static Preprocessing preprocessing(Normalisation n) { return new Preprocessing(null, null, null, scaled(n.mean()), scaled(n.deviation())); }

    private static List<Float> scaled(List<Double> shares) { return shares.stream().map(s -> (float) (WHITE * s)).toList(); }

    /** One for each channel, of one number for all. */
    private static List<Double> shares(List<Float> scaled, int channels) {
        List<Double> shares = scaled.stream().map(s -> (double) s / WHITE).toList();
        return shares.size() == 1 && channels > 1 ? Collections.nCopies(channels, shares.getFirst()) : shares;
    }
}

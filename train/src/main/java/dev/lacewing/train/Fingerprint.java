package dev.lacewing.train;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.data.Images;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.parameter.Statistics;
import dev.lacewing.train.recipe.Recipe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells runs apart that differ in anything but threads: recipe, images, labels, and of network and teacher the layers with their settings, first values and running statistics.
 */
public final class Fingerprint {
    private Fingerprint() {}

    static String of(Recipe recipe, DataSet data, Graph graph, @Nullable Graph teacher) {
        MessageDigest digest = sha256();
        text(digest, recipe.toString());
        images(digest, data.train());
        images(digest, data.test());
        text(digest, data.normalisation().toString());
        graph(digest, graph);
        if (teacher != null) graph(digest, teacher);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void images(MessageDigest digest, Images images) {
        text(digest, images.channels() + "x" + images.height() + "x" + images.width() + " " + images.classes());
        digest.update(images.pixels());
        ByteBuffer labels = ByteBuffer.allocate(4 * images.count());
        labels.asIntBuffer().put(images.labels());
        digest.update(labels);
    }

    private static void graph(MessageDigest digest, Graph graph) {
        text(digest, graph.inputs() + " " + graph.outputs());
        for (Node node : graph.nodes()) {
            text(digest, node.toString());
            if (node.op() instanceof Op.Constant(Tensor value)) floats(digest, value.values());
        }
        Parameters parameters = Parameters.of(graph);
        for (Parameter p : parameters.all()) floats(digest, p.values());
        for (Statistics s : parameters.statistics()) {
            floats(digest, s.mean());
            floats(digest, s.variance());
        }
    }

    private static void floats(MessageDigest digest, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes);
    }

    /** Of the recipe alone: for the metadata of what it made. */
    public static String of(Recipe recipe) {
        MessageDigest digest = sha256();
        text(digest, recipe.toString());
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Of a network as training takes it from its file: the same for another format, version or description of the file, as long as it says the same.
     *
     * @param remembered what training takes from the network's metadata, as text
     */
    public static String of(Graph network, String remembered) {
        MessageDigest digest = sha256();
        text(digest, remembered);
        graph(digest, network);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void text(MessageDigest digest, String text) { digest.update(text.getBytes(StandardCharsets.UTF_8)); }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);   // every JDK has it
        }
    }
}

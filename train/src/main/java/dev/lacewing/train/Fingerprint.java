package dev.lacewing.train;

import dev.lacewing.graph.Graph;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.recipe.Recipe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells runs apart that differ in anything but threads: recipe, images, labels, names, shapes and first values of the parameters. */
public final class Fingerprint {
    private Fingerprint() {}

    static String of(Recipe recipe, DataSet data, Graph graph) {
        MessageDigest digest = sha256();
        text(digest, recipe.toString());
        digest.update(data.train().pixels());
        digest.update(data.test().pixels());
        for (int label : data.train().labels()) digest.update((byte) label);
        text(digest, data.normalisation().toString());
        for (Parameter p : Parameters.of(graph).all()) {
            text(digest, p.toString());
            ByteBuffer bytes = ByteBuffer.allocate(4 * p.size());
            bytes.asFloatBuffer().put(p.values());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Of the recipe alone: for the metadata of what it made. */
    public static String of(Recipe recipe) {
        MessageDigest digest = sha256();
        text(digest, recipe.toString());
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

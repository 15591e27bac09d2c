package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.image.Idx;
import dev.lacewing.image.Picture;
import dev.lacewing.train.data.DataSets;
import dev.lacewing.train.data.Images;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The test images of a data set.
 *
 * @param pixels [images, channels, height, width], with 1 channel or 3
 */
record SetSamples(String set, int channels, int height, int width, byte[] pixels, int[] labels) implements Samples {
    /** 50 test images of each class of Fashion-MNIST, which come with Lacewing. */
    static final String BUILT_IN = "fashion-mnist-500";

    /** For completion and help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() { return names().iterator(); }
    }

    static List<String> names() { return Stream.concat(Stream.of(BUILT_IN), DataSets.ofUser().names().stream()).toList(); }

    /** Whether {@link #of} knows this name. */
    static boolean has(String name) { return name.equals(BUILT_IN) || DataSets.ofUser().has(name); }

    /** @param data folder to look in, or null for the usual places */
    static SetSamples of(String name, @Nullable Path data) {
        if (name.equals(BUILT_IN)) return builtIn();
        Images images = DataSets.ofUser().load(name, data).test();
        return new SetSamples(name, images.channels(), images.height(), images.width(), images.pixels(), images.labels());
    }

    static SetSamples builtIn() {
        Idx pixels = resource("images-idx3-ubyte.gz"), classes = resource("labels-idx1-ubyte.gz");
        int[] labels = new int[classes.values().length];
        Arrays.setAll(labels, i -> classes.values()[i]);
        return new SetSamples(BUILT_IN, 1, pixels.dims().get(1), pixels.dims().get(2), pixels.values(), labels);
    }

    private static Idx resource(String name) {
        try (InputStream in = SetSamples.class.getResourceAsStream(BUILT_IN + "/" + name)) {
            if (in == null) throw new IllegalStateException("the resource " + name + " is missing");
            byte[] bytes = in.readAllBytes();
            return Idx.read(new ByteArrayInputStream(bytes), bytes.length, name);
        } catch (IOException e) {
            throw new Failed("the test images that come with Lacewing cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public int size() { return labels.length; }

    @Override
    public String name(int index) { return set + " test image " + index; }

    @Override
    public int label(int index) { return labels[index]; }

    @Override
    public Picture picture(int index) {
        int plane = height * width, from = index * channels * plane;
        byte[] rgb = new byte[3 * plane];
        for (int i = 0; i < rgb.length; i++) rgb[i] = pixels[from + (channels == 1 ? 0 : i % 3 * plane) + i / 3];
        return new Picture(width, height, rgb);
    }
}

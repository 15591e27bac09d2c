package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.image.Picture;
import dev.lacewing.image.Pictures;
import dev.lacewing.image.Resampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A data set of one's own: {@code train/CLASS/*.png} and {@code test/CLASS/*.png} (or {@code val}), PNG or JPEG of any sizes. Classes are in alphabetical order.
 * Images take turns: the first of each class, then the second of each, so that the first so many are of all classes. What is hidden (.name) is passed over.
 * Each picture is scaled until its shorter side fits and cut to the middle.
 */
public final class ClassFolders {
    private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");

    private final int channels, height, width;

    private ClassFolders(int channels, int height, int width) {
        this.channels = channels;
        this.height = height;
        this.width = width;
    }

    /**
     * @param channels 3 for colour, 1 for luminance
     * @throws Failed if a folder or a file cannot be read
     * @throws dev.lacewing.error.LacewingException.Malformed if a picture is broken
     */
    public static DataSet read(Path folder, int channels, int height, int width) {
        if (channels != 1 && channels != 3) throw new Invalid("images have 1 or 3 channels, not " + channels);
        if (height < 1 || width < 1 || height > 4096 || width > 4096) throw new Invalid("an image size must be 1 to 4096, got " + height + "x" + width);
        ClassFolders reader = new ClassFolders(channels, height, width);
        Path train = folder.resolve("train"), test = Files.isDirectory(folder.resolve("test")) ? folder.resolve("test") : folder.resolve("val");
        if (!Files.isDirectory(train) || !Files.isDirectory(test))
            throw new Failed(folder + " needs the folders train and test (or val), in each a folder for each class, with its PNG or JPEG files in it");
        List<String> classes = list(train).stream().filter(Files::isDirectory).map(p -> p.getFileName().toString()).toList();
        if (classes.isEmpty()) throw new Failed(train + " needs a folder for each class, with its PNG or JPEG files in it");
        return new DataSet(folder.toAbsolutePath().normalize().getFileName().toString(), reader.images(train, classes), reader.images(test, classes));
    }

    /** @param turn among the pictures of its class */
    private record Labelled(Path file, int label, int turn) {}

    private Images images(Path folder, List<String> classes) {
        List<Labelled> files = new ArrayList<>();
        for (Path inside : list(folder)) {
            if (!Files.isDirectory(inside)) continue;
            int label = classes.indexOf(inside.getFileName().toString());
            if (label < 0) throw new Failed(inside + " is a class that the training images lack: they have " + classes);
            int turn = 0;
            for (Path file : list(inside))
                if (ENDINGS.stream().anyMatch(file.getFileName().toString().toLowerCase(Locale.ROOT)::endsWith)) files.add(new Labelled(file, label, turn++));
        }
        files.sort(Comparator.comparingInt(Labelled::turn).thenComparingInt(Labelled::label));
        if (files.isEmpty()) throw new Failed(folder + " holds no pictures: expected PNG or JPEG files in its classes' folders");
        int size = channels * height * width;
        if (files.size() > Integer.MAX_VALUE / size)
            throw new Invalid(files.size() + " images of " + channels + "x" + height + "x" + width + " are too many to hold in memory: choose a smaller size");
        byte[] pixels = new byte[files.size() * size];
        IntStream.range(0, files.size()).parallel().forEach(i -> write(Pictures.read(files.get(i).file), pixels, i * size));
        return new Images(channels, height, width, pixels, files.stream().mapToInt(Labelled::label).toArray(), classes);
    }

    private void write(Picture picture, byte[] to, int start) {
        double scale = Math.max((double) width / picture.width(), (double) height / picture.height());
        int wide = Math.max(width, (int) Math.round(picture.width() * scale)), high = Math.max(height, (int) Math.round(picture.height() * scale)), at = start;
        Picture cut = Resampling.bilinear(picture, wide, high).cropCentre(width, height);
        for (int c = 0; c < channels; c++)
            for (int y = 0; y < height; y++) for (int x = 0; x < width; x++) to[at++] = (byte) (channels == 1 ? cut.luminance(x, y) : cut.sample(x, y, c));
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(p -> !p.getFileName().toString().startsWith(".")).sorted().toList();
        } catch (IOException e) {
            throw new Failed(folder + " cannot be read: " + e.getMessage(), e);
        }
    }
}

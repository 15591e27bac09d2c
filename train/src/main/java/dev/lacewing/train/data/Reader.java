package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.image.Cifar;
import dev.lacewing.image.Idx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A published data set in a folder: which files it needs, and what they hold. */
record Reader(Published published) {
    private static final String NAMES = "fine_label_names.txt";

    /** Needed files; those of {@link Published.Layout#MNIST} may also end in {@code .gz}. */
    List<String> files() {
        return switch (published.layout()) {
            case MNIST -> List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
            case CIFAR10 -> IntStream.rangeClosed(1, 6).mapToObj(i -> i == 6 ? "test_batch.bin" : "data_batch_" + i + ".bin").toList();
            case CIFAR100 -> List.of("train.bin", "test.bin");
        };
    }

    /** What to keep of a fetched archive. */
    List<String> kept() {
        List<String> kept = new ArrayList<>(files());
        if (published.layout() == Published.Layout.CIFAR100) kept.add(NAMES);
        return kept;
    }

    /** The folder's own files, if all are there; else in a folder below it, by the name of the data set or of the archive it is published in. */
    @Nullable Path below(Path folder) {
        for (String name : List.of("", published.name(), "cifar-10-batches-bin", "cifar-100-binary")) {
            Path candidate = name.isEmpty() ? folder : folder.resolve(name);
            if (files().stream().allMatch(f -> file(candidate, f) != null)) return candidate;
        }
        return null;
    }

    private @Nullable Path file(Path folder, String name) {
        Path plain = folder.resolve(name), compressed = folder.resolve(name + ".gz");
        return Files.isRegularFile(plain) ? plain : published.layout() == Published.Layout.MNIST && Files.isRegularFile(compressed) ? compressed : null;
    }

    DataSet read(Path folder) {
        List<Path> files = new ArrayList<>();
        for (String name : files()) {
            Path file = file(folder, name);
            if (file == null) throw new Failed(folder + " holds no " + name);
            files.add(file);
        }
        return switch (published.layout()) {
            case MNIST -> new DataSet(published.name(), idx(files.get(0), files.get(1), published.classes()), idx(files.get(2), files.get(3), published.classes()));
            case CIFAR10 -> new DataSet(published.name(), cifar(1, files.subList(0, 5), published.classes()), cifar(1, files.subList(5, 6), published.classes()));
            case CIFAR100 -> {
                List<String> classes = names(folder.resolve(NAMES));
                yield new DataSet(published.name(), cifar(2, files.subList(0, 1), classes), cifar(2, files.subList(1, 2), classes));
            }
        };
    }

    static Images idx(Path images, Path labels, List<String> classes) {
        Idx pixels = Idx.read(images), numbers = Idx.read(labels);
        if (pixels.dims().size() != 3 || pixels.dims().contains(0)) throw new Malformed(images + " holds an array of " + pixels.dims() + ": expected [images, height, width]");
        if (!numbers.dims().equals(pixels.dims().subList(0, 1)))
            throw new Malformed(labels + " holds an array of " + numbers.dims() + ": expected one label for each of the " + pixels.dims().getFirst() + " images in " + images);
        int[] of = new int[numbers.values().length];
        for (int i = 0; i < of.length; i++) of[i] = label(numbers.values()[i] & 0xff, classes, labels, i);
        return new Images(1, pixels.dims().get(1), pixels.dims().get(2), pixels.values(), of, classes);
    }

    private static Images cifar(int labelBytes, List<Path> files, List<String> classes) {
        List<Cifar> parts = files.stream().map(f -> Cifar.read(f, labelBytes)).toList();
        int count = parts.stream().mapToInt(Cifar::count).sum(), at = 0;
        if (count > Integer.MAX_VALUE / Cifar.PIXELS) throw new Malformed(files + " hold " + count + " images: too many to hold in memory");
        byte[] pixels = new byte[count * Cifar.PIXELS];
        int[] labels = new int[count];
        for (Cifar part : parts)
            for (int i = 0; i < part.count(); i++, at++) {
                part.planes(i, pixels, at * Cifar.PIXELS);
                labels[at] = label(part.label(i), classes, part.file(), i);
            }
        return new Images(3, Cifar.SIDE, Cifar.SIDE, pixels, labels, classes);
    }

    private static int label(int label, List<String> classes, Path file, int index) {
        if (label >= classes.size()) throw new Malformed(file + " gives image " + index + " the label " + label + ": expected 0 to " + (classes.size() - 1));
        return label;
    }

    private List<String> names(Path file) {
        try {
            if (!Files.isRegularFile(file)) return published.classes();
            List<String> names = Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
            if (names.size() != published.classes().size()) throw new Malformed(file + " has " + names.size() + " names: expected " + published.classes().size());
            return names;
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

package dev.lacewing.image;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file in CIFAR's binary layout: records of one label byte (CIFAR-100: the coarse label, then the fine one) and 3072 samples, the red plane of 32 x 32
 * first, then green, then blue.
 *
 * @param labelBytes in each record; the last is the label
 */
public record Cifar(Path file, int labelBytes, byte[] bytes) {
    public static final int SIDE = 32, PIXELS = 3 * SIDE * SIDE;

    public Cifar {
        int record = labelBytes + PIXELS;
        if (bytes.length == 0 || bytes.length % record != 0)
            throw new Malformed(file + " has " + bytes.length + " bytes: expected a multiple of " + record + " (the binary layout of CIFAR-" + (labelBytes == 1 ? 10 : 100) + ")");
    }

    /** @throws Malformed if it is no whole number of records */
    public static Cifar read(Path file, int labelBytes) {
        if (Files.isDirectory(file)) throw new Failed(file + " is a folder: expected a file such as test_batch.bin");
        if (!Files.isRegularFile(file)) throw new Failed(file + ": no such file");
        try {
            if (Files.size(file) > Integer.MAX_VALUE / 2) throw new Malformed(file + " has " + Files.size(file) + " bytes: too large for a file of CIFAR");
            return new Cifar(file, labelBytes, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    public int count() { return bytes.length / record(); }

    public int label(int index) { return bytes[index * record() + labelBytes - 1] & 0xff; }

    /** Writes the three planes of an image. */
    public void planes(int index, byte[] to, int at) { System.arraycopy(bytes, index * record() + labelBytes, to, at, PIXELS); }

    private int record() { return labelBytes + PIXELS; }
}

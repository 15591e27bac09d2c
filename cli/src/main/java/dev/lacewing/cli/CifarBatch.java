package dev.lacewing.cli;

import dev.lacewing.cli.image.Picture;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file in CIFAR-10's binary layout: records of one label byte and 3072 samples, the red plane of 32 x 32 first, then green, then blue. */
final class CifarBatch implements Samples {
    private static final int SIDE = 32, PLANE = SIDE * SIDE, RECORD = 1 + 3 * PLANE;

    private final Path file;
    private final byte[] bytes;

    private CifarBatch(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    static CifarBatch read(Path file) {
        if (Files.isDirectory(file)) throw new Failed(file + " is a folder: expected a file such as test_batch.bin");
        if (!Files.isRegularFile(file)) throw new Failed(file + ": no such file");
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length == 0 || bytes.length % RECORD != 0)
                throw new Malformed(file + " has " + bytes.length + " bytes: expected a multiple of " + RECORD + " (CIFAR-10's binary layout)");
            return new CifarBatch(file, bytes);
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public int size() { return bytes.length / RECORD; }

    @Override
    public String name(int index) { return file + " record " + index; }

    @Override
    public int label(int index) { return bytes[index * RECORD] & 0xff; }

    @Override
    public Picture picture(int index) {
        byte[] planes = Arrays.copyOfRange(bytes, index * RECORD + 1, (index + 1) * RECORD), rgb = new byte[3 * PLANE];
        for (int i = 0; i < rgb.length; i++) rgb[i] = planes[i % 3 * PLANE + i / 3];
        return new Picture(SIDE, SIDE, rgb);
    }
}

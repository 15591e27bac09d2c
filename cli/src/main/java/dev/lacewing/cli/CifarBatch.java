package dev.lacewing.cli;

import dev.lacewing.image.Cifar;
import dev.lacewing.image.Picture;
import java.nio.file.Path;

/** The images of a file in CIFAR-10's binary layout. */
record CifarBatch(Cifar records) implements Samples {
    static CifarBatch read(Path file) { return new CifarBatch(Cifar.read(file, 1)); }

    @Override
    public int size() { return records.count(); }

    @Override
    public String name(int index) { return records.file() + " record " + index; }

    @Override
    public int label(int index) { return records.label(index); }

    @Override
    public Picture picture(int index) {
        byte[] planes = new byte[Cifar.PIXELS], rgb = new byte[Cifar.PIXELS];
        records.planes(index, planes, 0);
        for (int i = 0; i < rgb.length; i++) rgb[i] = planes[i % 3 * (Cifar.PIXELS / 3) + i / 3];
        return new Picture(Cifar.SIDE, Cifar.SIDE, rgb);
    }
}

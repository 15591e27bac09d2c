package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.image.Picture;
import dev.lacewing.image.Pictures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Image files in a folder, and a CSV file with a heading line and the columns {@code file,class[,...]}. */
record ImageFolder(Path folder, List<Entry> entries) implements Samples {
    record Entry(String file, int label) {}

    /**
     * @throws Malformed if a line lacks a column or the class is no number
     * @throws Failed if the folder or one of the files is missing
     */
    static ImageFolder read(Path folder, Path csv) {
        if (!Files.isDirectory(folder)) throw new Failed(folder + ": no such folder");
        List<String> lines = Labels.lines(csv);
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) continue;
            String[] cells = lines.get(i).split(",", -1);
            String at = csv + ", line " + (i + 1);
            if (cells.length < 2) throw new Malformed(at + ": expected file,class, got " + lines.get(i));
            try {
                int label = Integer.parseInt(cells[1].strip());
                if (label < 0) throw new NumberFormatException("negative");
                entries.add(new Entry(cells[0].strip(), label));
            } catch (NumberFormatException e) {
                throw new Malformed(at + ": expected the class as a number from 0, got " + cells[1], e);
            }
        }
        if (entries.isEmpty()) throw new Malformed(csv + ": expected a heading line, then one line file,class for each image; got no image");
        List<Entry> missing = entries.stream().filter(e -> !Files.isRegularFile(folder.resolve(e.file))).toList();
        if (!missing.isEmpty()) throw new Failed(missing.size() + " of " + entries.size() + " images are not in " + folder + ", the first is " + missing.getFirst().file);
        return new ImageFolder(folder, List.copyOf(entries));
    }

    @Override
    public int size() { return entries.size(); }

    @Override
    public String name(int index) { return entries.get(index).file; }

    @Override
    public int label(int index) { return entries.get(index).label; }

    @Override
    public Picture picture(int index) { return Pictures.read(folder.resolve(entries.get(index).file)); }
}

package dev.lacewing.file;

import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Writes a folder wholly or not at all: beside the target first, then renamed; a folder that stands there gives way only to a complete one. Links are followed. */
public final class WholeFolder {
    private WholeFolder() {}

    /**
     * Before long work: that the folder's own folder is there and can be written to, and no file is in its place.
     *
     * @throws Failed if not
     */
    public static void check(Path folder) {
        Path target = WholeFile.target(folder), parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) throw new Failed("cannot write " + folder + ": there is no folder " + parent);
        if (!Files.isWritable(parent)) throw new Failed("cannot write " + folder + ": the folder " + parent + " is not writable");
        if (Files.exists(target) && !Files.isDirectory(target)) throw new Failed("cannot write " + folder + ": it is a file");
    }

    /**
     * @param files content by name, with {@code /} between folders
     * @throws Failed if they cannot be written; the target is then as it was before
     */
    public static void write(Path folder, Map<String, byte[]> files) {
        check(folder);
        Path target = WholeFile.target(folder);
        String name = "." + target.getFileName() + "." + UUID.randomUUID();
        Path beside = target.resolveSibling(name + ".tmp"), old = target.resolveSibling(name + ".old");
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path to = beside.resolve(file.getKey());
                Files.createDirectories(to.getParent());
                Files.write(to, file.getValue());
            }
            swap(beside, target, old);
        } catch (IOException e) {
            throw new Failed("cannot write " + folder + ": " + WholeFile.reason(e), e);
        } finally {
            discard(beside);
            discard(old);
        }
    }

    private static void swap(Path beside, Path target, Path old) throws IOException {
        boolean replaces = Files.exists(target);
        if (replaces) Files.move(target, old);
        try {
            Files.move(beside, target);
        } catch (IOException e) {
            if (replaces) Files.move(old, target);
            throw e;
        }
    }

    private static void discard(Path left) {
        if (!Files.exists(left)) return;
        try (Stream<Path> all = Files.walk(left)) {
            List<Path> inner = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : inner) Files.deleteIfExists(path);
        } catch (IOException e) {
            System.getLogger(WholeFolder.class.getName()).log(System.Logger.Level.DEBUG, "a temporary folder stays behind: " + left, e);
        }
    }
}

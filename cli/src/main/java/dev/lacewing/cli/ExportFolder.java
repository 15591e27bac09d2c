package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.web.WebExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a folder may give way to an exported network. */
final class ExportFolder {
    private ExportFolder() {}

    /**
     * Only an empty folder, or one with nothing but an earlier export; with {@code force} any, but none with what is in use.
     *
     * @param used files and folders, which need not exist
     * @throws Failed if the folder may not be replaced, or cannot be made
     */
    static void check(Path folder, boolean force, List<Path> used) {
        WholeFolder.check(folder);
        if (!Files.isDirectory(folder)) return;
        try {
            Path real = folder.toRealPath();
            for (Path path : used)
                if (Files.exists(path) && path.toRealPath().startsWith(real)) throw new Failed(folder + " would be replaced, but it holds " + path.toRealPath() + ", which is in use: give another name");
            if (force) return;
            boolean exported = Files.exists(folder.resolve(WebExport.MANIFEST)) && Files.exists(folder.resolve(WebExport.RUNTIME));
            try (Stream<Path> content = Files.walk(real)) {
                Optional<Path> other = content.filter(path -> !Files.isDirectory(path)).map(real::relativize).filter(path -> !exported || !WebExport.writes(path.toString().replace('\\', '/'))).findFirst();
                if (other.isPresent()) throw new Failed(folder + " is a folder with other files in it (" + other.get() + "): give another name, or --force to replace it");
            }
        } catch (IOException e) {
            throw new Failed(folder + " cannot be read: " + e.getMessage(), e);
        }
    }
}

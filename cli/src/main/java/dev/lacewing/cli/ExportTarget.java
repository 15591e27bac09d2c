package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.file.WholeFile;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.web.WebExport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a folder or a page may give way to an exported network. */
final class ExportTarget {
    /** Bytes of a page in which its mark stands. */
    private static final int HEAD = 4096;

    private ExportTarget() {}

    /**
     * Only an empty folder, or one with nothing but an earlier export; with {@code force} any, but none with what is in use. A {@code package.json}, which people change,
     * is of an earlier export only if it is of the same npm package: then what was changed stays.
     *
     * @param used files and folders, which need not exist
     * @throws Failed if the folder may not be replaced, or cannot be made
     */
    static void check(Path folder, boolean force, List<Path> used, @Nullable NpmPackage npm) {
        WholeFolder.check(folder);
        if (!Files.isDirectory(folder)) return;
        try {
            Path real = folder.toRealPath();
            for (Path path : used)
                if (Files.exists(path) && path.toRealPath().startsWith(real)) throw new Failed(folder + " would be replaced, but it holds " + path.toRealPath() + ", which is in use: give another name");
            if (force) return;
            boolean exported = Files.exists(folder.resolve(WebExport.MANIFEST)) && Files.exists(folder.resolve(WebExport.RUNTIME));
            try (Stream<Path> content = Files.walk(real)) {
                Optional<Path> other = content.filter(path -> !Files.isDirectory(path)).map(real::relativize).filter(path -> !exported || !isOurs(real, path, npm)).findFirst();
                if (other.isPresent()) throw new Failed(folder + " is a folder with other files in it (" + other.get() + "): give another name, or --force to replace it");
            }
        } catch (IOException e) {
            throw new Failed(folder + " cannot be read: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new Failed(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Only a page of an earlier export; with {@code force} any file.
     *
     * @throws Failed if the file may not be replaced, or cannot be made
     */
    static void checkPage(Path file, boolean force) {
        WholeFile.check(file);
        try {
            if (!force && Files.exists(file) && !isPage(file)) throw new Failed(file + " is no page that export wrote: give another name, or --force to replace it");
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isOurs(Path folder, Path path, @Nullable NpmPackage npm) {
        try {
            if (path.equals(Path.of(WebExport.PACKAGE))) return npm != null && npm.isIn(folder);
            return WebExport.writes(path.toString().replace('\\', '/')) && (!path.toString().endsWith(".html") || isPage(folder.resolve(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isPage(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return WebExport.isPage(new String(in.readNBytes(HEAD), StandardCharsets.UTF_8));
        }
    }
}

package dev.lacewing.file;

import dev.lacewing.error.LacewingException.Failed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file wholly or not at all: beside the target first, then renamed over it. Links are followed. The permissions are those of any new file. That holds if the
 * process dies, not if the power fails: the system is not asked to put the bytes on the disk first.
 */
public final class WholeFile {
    private WholeFile() {}

    /** What to write. */
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @throws Failed if the target cannot be written; it is then as it was before */
    public static void write(Path file, Content content) {
        Path target = target(file), folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) throw new Failed("cannot write " + file + ": there is no folder " + folder);
        if (Files.isDirectory(target)) throw new Failed("cannot write " + file + ": it is a folder");
        Path beside = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), 1 << 16)) {
                content.writeTo(out);
            }
            rename(beside, target);
        } catch (IOException e) {
            throw new Failed("cannot write " + file + ": " + reason(e), e);
        } finally {
            discard(beside);
        }
    }

    /** What a link points to stands in its place. */
    static Path target(Path path) {
        try {
            return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        } catch (IOException e) {
            throw new Failed("cannot write " + path + ": " + reason(e), e);
        }
    }

    /** Without the names of files beside the target, of which nobody has heard. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException f) return f.getReason() != null ? f.getReason() : f.getClass().getSimpleName();
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void discard(Path left) {
        try {
            Files.deleteIfExists(left);
        } catch (IOException e) {
            System.getLogger(WholeFile.class.getName()).log(System.Logger.Level.DEBUG, "a temporary file stays behind: " + left, e);
        }
    }
}

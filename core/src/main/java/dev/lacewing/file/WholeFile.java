package dev.lacewing.file;

import dev.lacewing.error.LacewingException.Failed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
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
    private static final int MOST_LINKS = 40;

    private WholeFile() {}

    /** What to write. */
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Before long work: that the target's folder is there and can be written to, and the target is a file, if anything.
     *
     * @throws Failed if not
     */
    public static void check(Path file) { checked(file); }

    private static Path checked(Path file) {
        Path target = target(file), folder = target.getParent();
        if (Files.isDirectory(target)) throw new Failed(file + " is a folder: give the name of a file");
        if (Files.exists(target) && !Files.isRegularFile(target)) throw new Failed("cannot write " + file + ": it is a device or the like: give the name of a file");
        if (folder == null || !Files.isDirectory(folder)) throw new Failed("cannot write " + file + ": there is no folder " + folder);
        if (!Files.isWritable(folder)) throw new Failed("cannot write " + file + ": the folder " + folder + " is not writable");
        return target;
    }

    /** @throws Failed if the target cannot be written; it is then as it was before */
    public static void write(Path file, Content content) {
        Path target = checked(file), beside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
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

    /** What a link points to stands in its place, though it need not exist. */
    static Path target(Path path) {
        try {
            if (Files.exists(path)) return path.toRealPath();
            Path target = path.toAbsolutePath();
            for (int links = 0; Files.isSymbolicLink(target); links++) {
                if (links == MOST_LINKS) throw new FileSystemLoopException(target.toString());
                target = target.resolveSibling(Files.readSymbolicLink(target));
            }
            Path folder = target.getParent();
            return folder != null && Files.exists(folder) ? folder.toRealPath().resolve(target.getFileName()) : target;
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

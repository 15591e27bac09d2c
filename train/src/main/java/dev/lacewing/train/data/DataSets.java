package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.file.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The published data sets, and where they are on this machine.
 *
 * @param packages where the package manager puts data sets, each in a folder of its name
 * @param cache where fetched ones are kept, each in a folder of its name; null if this user has none
 */
public record DataSets(List<Published> published, Path packages, @Nullable Path cache) {
    public DataSets { published = List.copyOf(published); }

    /** Told how far a file has come, now and then. */
    public interface Progress {
        /** @param total bytes, or -1 if the server does not say */
        void at(String file, long done, long total);
    }

    public static DataSets ofUser() {
        Path folder = CacheFolder.ofUser();
        return new DataSets(Published.all(), Path.of("/usr/share/datasets"), folder == null ? null : folder.resolve("data"));
    }

    public List<String> names() { return published.stream().map(Published::name).toList(); }

    /** @throws Invalid if there is no data set of this name */
    public Published get(String name) {
        return published.stream().filter(p -> p.name().equals(name)).findFirst()
                .orElseThrow(() -> new Invalid("there is no data set " + name + "; choose one of " + String.join(", ", names())));
    }

    /** The folder that holds its files: the package manager's or the cache's; null if neither has them. */
    public @Nullable Path find(String name) {
        Reader reader = new Reader(get(name));
        Path packaged = reader.below(packages.resolve(name));
        return packaged != null || cache == null ? packaged : reader.below(cache.resolve(name));
    }

    /**
     * @param data the folder to look in, which may also hold a folder of the data set's name; or null: where {@link #find} looks
     * @throws Invalid if it is not there
     * @throws dev.lacewing.error.LacewingException.Malformed if a file breaks its format
     */
    public DataSet load(String name, @Nullable Path data) {
        Published which = get(name);
        Reader reader = new Reader(which);
        Path folder = data == null ? find(name) : reader.below(data);
        if (folder == null) throw new Invalid((data == null ? name + " is not on this machine" : data + " does not hold " + name + " (" + String.join(", ", reader.files()) + ")") + ": " + remedy(which));
        return reader.read(folder);
    }

    /** How to get it. */
    public String remedy(Published which) { return (which.debian() == null ? "" : "apt-get install " + which.debian() + ", or ") + "lacewing data " + which.name(); }

    /**
     * Fetches a data set from where it is published.
     *
     * @param to folder in which one of the data set's name is made; null for the cache
     * @return the folder that holds its files
     * @throws Failed if it cannot be had, or not be written, or if something else is in the way; nothing is kept then
     */
    public Path fetch(String name, @Nullable Path to, Progress progress) {
        Published which = get(name);
        Path base = to == null ? cache : to;
        if (base == null) throw new Failed("this user has no cache folder: say where to with --to DIR");
        Path folder = base.resolve(name);
        if (folder.equals(new Reader(which).below(folder))) return folder;
        if (!isFree(folder)) throw new Failed(folder + " is in the way: it does not hold " + name + ". Move it, or choose another place with --to DIR");
        new Fetch(which, progress).into(folder);
        return folder;
    }

    private static boolean isFree(Path folder) {
        if (!Files.exists(folder)) return true;
        if (!Files.isDirectory(folder)) return false;
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        } catch (IOException e) {
            throw new Failed(folder + " cannot be read: " + e.getMessage(), e);
        }
    }
}

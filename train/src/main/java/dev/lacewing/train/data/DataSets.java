package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.file.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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

    /** Whether there is a data set of this name, as {@link #get} reads it. */
    public boolean has(String name) { return published.stream().anyMatch(p -> p.name().equals(plain(name))); }

    private static String plain(String name) { return name.toLowerCase(Locale.ROOT).replace('_', '-'); }

    /**
     * @param name in any case, {@code _} being as good as {@code -}
     * @throws Invalid if there is no data set of this name
     */
    public Published get(String name) {
        return published.stream().filter(p -> p.name().equals(plain(name))).findFirst()
                .orElseThrow(() -> new Invalid("there is no data set " + name + "; choose one of " + String.join(", ", names())));
    }

    /** The folder that holds its files: the package manager's or the cache's; null if neither has them. */
    public @Nullable Path find(String name) {
        Published which = get(name);
        Reader reader = new Reader(which);
        Path packaged = reader.below(packages.resolve(which.name()));
        return packaged != null || cache == null ? packaged : reader.below(cache.resolve(which.name()));
    }

    /**
     * @param data the folder to look in, which may also hold a folder of the data set's name; or null: where {@link #find} looks
     * @throws Invalid if it is not there, or if the folder is named like another data set
     * @throws dev.lacewing.error.LacewingException.Malformed if a file breaks its format
     */
    public DataSet load(String name, @Nullable Path data) {
        Published which = get(name);
        Reader reader = new Reader(which);
        Path folder = data == null ? find(name) : reader.below(data);
        if (folder == null) throw new Invalid((data == null ? which.name() + " is not on this machine" : data + " does not hold " + which.name() + " (" + String.join(", ", reader.files()) + ")") + ": " + remedy(which));
        if (data != null) checkName(which, folder);
        return reader.read(folder);
    }

    /** Two data sets may have the same files: a folder that is named like another one, or lies in one that is, holds that. */
    private void checkName(Published which, Path folder) {
        Path whole = folder.toAbsolutePath().normalize(), parent = whole.getParent();
        for (Path part : parent == null ? List.of(whole) : List.of(whole, parent)) {
            String name = Objects.toString(part.getFileName(), "");
            if (name.equals(which.name())) return;
            if (has(name)) throw new Invalid(folder + " holds " + name + " by its name, not " + which.name() + ": name the data set that is meant, or rename the folder");
        }
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
        Path folder = base.resolve(which.name());
        if (folder.equals(new Reader(which).below(folder))) return folder;
        if (!isFree(folder)) throw new Failed(folder + " is in the way: it does not hold " + which.name() + ". Move it, or choose another place with --to DIR");
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

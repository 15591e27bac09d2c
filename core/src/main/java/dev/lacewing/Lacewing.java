package dev.lacewing;

import dev.lacewing.error.LacewingException.Unsupported;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Where to start: {@code Lacewing.load(path).session(Options.defaults())}. */
public final class Lacewing {
    private Lacewing() {}

    /**
     * Reads a model whose file leaves no dimension open.
     *
     * @throws dev.lacewing.error.LacewingException as {@link ModelFormat#read} does
     */
    public static Model load(Path file) { return load(file, Map.of()); }

    /** @param dimensions values for dimensions that the file leaves open, see {@link ModelFormat#read} */
    public static Model load(Path file, Map<String, Integer> dimensions) { return format(file).read(file, dimensions); }

    /**
     * The format of a file, by its ending.
     *
     * @throws Unsupported if no format on the class path has it
     */
    public static ModelFormat format(Path file) {
        String name = file.getFileName().toString().toLowerCase(java.util.Locale.ROOT);
        List<ModelFormat> all = ServiceLoader.load(ModelFormat.class, Lacewing.class.getClassLoader()).stream().map(ServiceLoader.Provider::get).toList();
        return all.stream().filter(f -> name.endsWith(f.extension())).findFirst().orElseThrow(() -> new Unsupported(
                file + ": no reader for this ending; on the class path are readers for " + all.stream().map(ModelFormat::extension).sorted().toList()));
    }
}

package dev.lacewing;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Unsupported;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    public static Model load(Path file, Map<String, Integer> dimensions) {
        Thread.ofPlatform().daemon().name("lacewing-tier").start(Lacewing::look);
        return format(file).read(file, dimensions);
    }

    /** What this machine can run, found out while a file is read: the first time it takes milliseconds. */
    private static void look() {
        try {
            Tier.current();
        } catch (RuntimeException | LinkageError e) {
            return;   // the session that asks is told
        }
    }

    /**
     * The format of a file, by its ending.
     *
     * @throws Unsupported if no format on the class path has it
     */
    public static ModelFormat format(Path file) {
        Path last = file.getFileName();   // a root has none
        String name = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
        List<String> known = new ArrayList<>();
        for (ModelFormat format : ServiceLoader.load(ModelFormat.class, Lacewing.class.getClassLoader())) {   // looks no further than it must
            if (name.endsWith(format.extension())) return format;
            known.add(format.extension());
        }
        throw new Unsupported(file + ": no reader for this ending; on the class path are readers for " + known.stream().sorted().toList()
                + (name.endsWith(".onnx") ? "; the jar lacewing-onnx reads this one" : ""));
    }
}

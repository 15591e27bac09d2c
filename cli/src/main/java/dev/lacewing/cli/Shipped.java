package dev.lacewing.cli;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Small trained networks that come with Lacewing: their names stand for files where a command takes a network. */
final class Shipped {
    static final String DENSE = "fashion-dense", SPARSE = "fashion-sparse";
    static final List<String> NAMES = List.of(DENSE, SPARSE);

    private Shipped() {}

    static Model load(String name) { return load(name, Map.of()); }

    /** @param dimensions as {@link Lacewing#load(Path, Map)} takes them */
    static Model load(String name, Map<String, Integer> dimensions) {
        try (InputStream in = Shipped.class.getResourceAsStream("networks/" + name + ".lace")) {
            if (in == null) throw new IllegalStateException("the resource " + name + " is missing");
            Path file = Files.createTempFile(name, ".lace");
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                return Lacewing.load(file, dimensions);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new Failed("the network " + name + ", which comes with Lacewing, cannot be read by way of the folder for temporary files: " + e.getMessage(), e);
        }
    }
}

package dev.lacewing;

import java.nio.file.Path;
import java.util.Map;

/** A file format of models, found by {@link java.util.ServiceLoader}: {@code .lace} is in core, {@code .onnx} in its own module. */
public interface ModelFormat {
    /** With the dot, in lower case. */
    String extension();

    /**
     * @param dimensions values for what the file leaves open: symbolic dimension names ({@code batch}) or {@code input.axis} ({@code image.2})
     * @throws dev.lacewing.error.LacewingException if the file is missing, malformed or unsupported
     */
    Model read(Path file, Map<String, Integer> dimensions);

    /**
     * Writes beside the target and renames, so that a failure leaves no half-written file.
     *
     * @throws dev.lacewing.error.LacewingException.Failed if the target cannot be written
     */
    void write(Model model, Path file);
}

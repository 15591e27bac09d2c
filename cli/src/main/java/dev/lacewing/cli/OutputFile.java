package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.file.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes text beside its target, then renames, so that a failure leaves the target as it was. */
final class OutputFile {
    private OutputFile() {}

    /** @throws Failed if the target cannot be written */
    static void write(Path target, String text) { WholeFile.write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8))); }

    /** Whether the name ends as a network's file does. */
    static boolean hasEnding(Path network) {
        String name = network.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".onnx") || name.endsWith(".lace");
    }

    /** Before long work: that a network can be written there. A name without a known ending is a mistake in the arguments. */
    static void checkNetwork(Path target, Subcommand command) {
        command.check(!target.toString().isEmpty(), "--output: expected the name of a file, got an empty one");
        if (Files.isDirectory(target)) throw new Failed(target + " is a folder: give the name of a file");
        command.check(hasEnding(target), "--output: expected a name that ends in .onnx or .lace, got '" + target + "'");
        WholeFile.check(target);
    }
}

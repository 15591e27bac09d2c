package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands that train share: a file of recipes, whose relative paths start from its folder, and where data sets are. */
final class TrainingOptions {
    @Parameters(index = "0", paramLabel = "FILE", description = "A .yaml file; relative paths in it start from its folder.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Look for the published data set in DIR or DIR/NAME, and nowhere else (default: where the package manager or lacewing data put it).")
    private @Nullable Path data;

    /** @throws Failed if it is not there */
    Path file() {
        if (!Files.exists(file)) throw new Failed(file + ": no such file");
        return file;
    }

    /** The file's, without {@code .yaml}. */
    String name() {
        String name = Objects.toString(file.getFileName()), stem = name.replaceFirst("(?i)\\.ya?ml$", "");
        return stem.isEmpty() ? "network" : stem;
    }

    Path folder() { return Objects.requireNonNullElse(file.toAbsolutePath().getParent(), Path.of("")); }

    /** The images that a recipe of the file names. */
    DataSet data(Recipe recipe) { return Preparation.data(recipe, folder(), data); }

    /** As many as the machine has, unless it is said. */
    static int threads(@Nullable Integer given, Subcommand command) {
        int count = given == null ? Runtime.getRuntime().availableProcessors() : given;
        command.check(count >= 1 && count <= 256, "--threads must be 1 to 256, got " + count);
        return count;
    }
}

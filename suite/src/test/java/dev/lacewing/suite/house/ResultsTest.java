package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.cli.experiment.Comparison;
import dev.lacewing.cli.experiment.Trials;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/results.md} says what the figures give that runs have left beside the experiments. */
final class ResultsTest {
    /** What the page says follows from the figures alone: networks that somebody has made in the meantime count for nothing. */
    @TempDir
    Path nowhere;

    static List<Path> experiments() throws IOException {
        try (Stream<Path> all = Files.list(Repository.root().resolve("experiments"))) {
            return all.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void thePageIsMadeOfWhatIsKept(Path file) throws IOException {
        Experiment experiment = Experiment.read(file);
        String name = file.getFileName().toString().replace(".yaml", ""), page = Files.readString(Repository.root().resolve("docs/results.md"));
        assertThat(page).contains("<!-- begin " + name + " (generated) -->");
        String section = page.substring(page.indexOf("<!-- begin " + name + " "), page.indexOf("<!-- end " + name + " "));
        assertThat(section).contains(experiment.title(), experiment.about());
        Trials trials = new Trials(experiment, file.resolveSibling(name), nowhere);
        Set<String> expected = new HashSet<>();
        for (Arm arm : experiment.arms())
            for (long seed : experiment.seeds()) {
                expected.add(arm.name() + "-" + seed + ".json");
                assertThat(trials.isStale(arm, seed)).as("%s, seed %d: what is kept is of another recipe", arm.name(), seed).isFalse();
            }
        if (Files.isDirectory(trials.folder()))
            try (Stream<Path> kept = Files.list(trials.folder())) {
                assertThat(kept.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json") && !f.equals("latency.json")).collect(Collectors.toSet())).isSubsetOf(expected);
            }
        Comparison comparison = new Comparison(trials);
        if (comparison.isEmpty()) {
            assertThat(section).contains("Not run yet.");
        } else {
            assertThat(section).contains(comparison.table(), comparison.notes(), experiment.found());
            assertThat(Repository.root().resolve("docs/results-" + name + ".svg")).content().isEqualTo(comparison.svg());
        }
    }
}

package dev.lacewing.cli.experiment;

import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.report.Records;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFile;
import dev.lacewing.train.Fingerprint;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import dev.lacewing.train.recipe.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folder of an experiment: for each run {@code ARM-SEED.json}, the trained network {@code ARM-SEED.onnx} and, while it is under way, a checkpoint; the times of all arms
 * in {@code latency.json}.
 *
 * @param base folder that the recipes' relative paths start from
 */
public record Trials(Experiment experiment, Path folder, Path base) {
    /** Makes the folder if it is not there; to read what is kept none is needed. */
    public void makeFolder() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Failed("cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Of all that decides how a run comes out but the number of threads: its recipe, and that of the run that it starts from. */
    public String fingerprint(Arm arm, long seed) {
        String own = Fingerprint.of(arm.recipe().withSeed(seed)).substring(0, 16);
        return arm.from().isEmpty() ? own : own + "-" + fingerprint(experiment.arm(arm.from()), seed);
    }

    public Path network(String arm, long seed) { return folder.resolve(arm + "-" + seed + ".onnx"); }

    Path checkpoint(Arm arm, long seed) { return folder.resolve(arm.name() + "-" + seed + "-" + fingerprint(arm, seed).substring(0, 8) + ".checkpoint"); }

    Path latency() { return folder.resolve("latency.json"); }

    private Path file(String arm, long seed) { return folder.resolve(arm + "-" + seed + ".json"); }

    /** Network and teacher, if the arm's recipe names files. */
    List<Trial.Source> files(Arm arm) {
        Recipe recipe = arm.recipe();
        List<String> names = new ArrayList<>();
        if (arm.from().isEmpty() && recipe.network().isFile()) names.add(recipe.network().name());
        recipe.teacher().ifPresent(t -> names.add(t.file()));
        return names.stream().map(n -> new Trial.Source(n, Fingerprint.of(base.resolve(n)))).toList();
    }

    /** A file that is not here is taken for what it was, so that tables can be made from the figures alone. */
    private boolean isCurrent(Trial.Source source) {
        Path file = base.resolve(source.name());
        return !Files.exists(file) || Fingerprint.of(file).equals(source.sha256());
    }

    /**
     * Null if there is none, or one of another recipe, network or teacher.
     *
     * @throws Malformed if the file is damaged
     */
    public @Nullable Trial read(Arm arm, long seed) {
        Map<?, ?> map = readJson(file(arm.name(), seed));
        if (map == null) return null;
        Trial trial = Records.fromMap(Trial.class, map);
        return trial.fingerprint().equals(fingerprint(arm, seed)) && trial.files().stream().allMatch(this::isCurrent) ? trial : null;
    }

    /** Whether there is one of another recipe, network or teacher. */
    public boolean isStale(Arm arm, long seed) { return Files.exists(file(arm.name(), seed)) && read(arm, seed) == null; }

    void write(Trial trial) { writeJson(file(trial.arm(), trial.seed()), trial); }

    /** Of one arm, by seed. */
    Map<Long, Trial> of(Arm arm) {
        Map<Long, Trial> found = new LinkedHashMap<>();
        for (long seed : experiment.seeds()) {
            Trial trial = read(arm, seed);
            if (trial != null) found.put(seed, trial);
        }
        return found;
    }

    static void writeJson(Path file, Record value) { WholeFile.write(file, out -> out.write((Json.write(Records.toMap(value)) + "\n").getBytes(StandardCharsets.UTF_8))); }

    static @Nullable Map<?, ?> readJson(Path file) {
        if (!Files.exists(file)) return null;
        try {
            if (Json.read(Files.readString(file)) instanceof Map<?, ?> map) return map;
        } catch (IOException e) {
            throw new Failed("cannot read " + file + ": " + e.getMessage(), e);
        } catch (Malformed e) {
            throw new Malformed(file + " is damaged; remove it to run it again: " + e.getMessage(), e);
        }
        throw new Malformed(file + " is damaged; remove it to run it again");
    }
}

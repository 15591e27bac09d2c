package dev.lacewing.cli.experiment;

import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.report.Records;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFile;
import dev.lacewing.graph.Graph;
import dev.lacewing.train.Fingerprint;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import dev.lacewing.train.recipe.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The folder of an experiment: for each run {@code ARM-SEED.json}, the trained network {@code ARM-SEED.onnx} and, while it is under way, a checkpoint; the times of all arms
 * in {@code latency.json}.
 */
public final class Trials {
    private static final String FAILED = "failed";

    private final Experiment experiment;
    private final Path folder, base;
    private final Map<Snapshot, String> known = new ConcurrentHashMap<>();

    /** @param base folder that the recipes' relative paths start from */
    public Trials(Experiment experiment, Path folder, Path base) {
        this.experiment = experiment;
        this.folder = folder;
        this.base = base;
    }

    /** A file, until it is written again. */
    private record Snapshot(Path file, FileTime written, long size) {}

    public Experiment experiment() { return experiment; }

    public Path folder() { return folder; }

    public Path base() { return base; }

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

    /**
     * Network and teacher of an arm, if they are files, and those of the run that it starts from, as they were then. A teacher without weight is none.
     *
     * @throws Failed if one of them is not there
     */
    List<Trial.Source> files(Arm arm, long seed) {
        Recipe recipe = arm.recipe();
        Trial start = arm.from().isEmpty() ? null : read(experiment.arm(arm.from()), seed);
        List<Trial.Source> files = new ArrayList<>(start == null ? List.of() : start.files());
        if (arm.from().isEmpty() && recipe.network().isFile()) files.add(source(recipe.network().name()));
        recipe.teacher().filter(t -> t.weight() > 0).ifPresent(t -> files.add(source(t.file())));
        return files.stream().distinct().toList();
    }

    private Trial.Source source(String name) { return new Trial.Source(name, fingerprint(base.resolve(name))); }

    /**
     * Of the network in a file, and of the mean and deviation that the file remembers: what training sees of it. Kept until the file is written again.
     *
     * @throws Failed if it is not there
     */
    private String fingerprint(Path file) {
        try {
            return known.computeIfAbsent(new Snapshot(file, Files.getLastModifiedTime(file), Files.size(file)), v -> {
                Graph graph = Preparation.load(v.file);
                Preprocessing remembered = Preprocessing.from(graph.metadata());
                return Fingerprint.of(graph, remembered.mean() + " " + remembered.std());
            });
        } catch (IOException e) {
            throw new Failed("cannot read the network " + file + ": " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    /** A file that is not here is taken for what it was, so that tables can be made from the figures alone. */
    private boolean isCurrent(Trial.Source source) {
        Path file = base.resolve(source.name());
        return !Files.exists(file) || fingerprint(file).equals(source.sha256());
    }

    /**
     * What is kept of a run, one that failed included; null if there is nothing, or only of another recipe, network or teacher.
     *
     * @throws Malformed if the file is damaged
     */
    public @Nullable Trial read(Arm arm, long seed) {
        Map<?, ?> map = readJson(file(arm.name(), seed));
        if (map == null) return null;
        Map<Object, Object> members = new LinkedHashMap<>(map);
        members.putIfAbsent(FAILED, "");
        Trial trial = Records.fromMap(Trial.class, members);
        return trial.fingerprint().equals(fingerprint(arm, seed)) && trial.files().stream().allMatch(this::isCurrent) ? trial : null;
    }

    /** Whether there is one of another recipe, network or teacher. */
    public boolean isStale(Arm arm, long seed) { return Files.exists(file(arm.name(), seed)) && read(arm, seed) == null; }

    void write(Trial trial) {
        Map<String, @Nullable Object> members = Records.toMap(trial);
        if (!trial.hasFailed()) members.remove(FAILED);
        writeJson(file(trial.arm(), trial.seed()), members);
    }

    /** Of one arm, by seed, those that failed as well. */
    Map<Long, Trial> of(Arm arm) {
        Map<Long, Trial> found = new LinkedHashMap<>();
        for (long seed : experiment.seeds()) {
            Trial trial = read(arm, seed);
            if (trial != null) found.put(seed, trial);
        }
        return found;
    }

    static void writeJson(Path file, Map<String, @Nullable Object> members) { WholeFile.write(file, out -> out.write((Json.write(members) + "\n").getBytes(StandardCharsets.UTF_8))); }

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

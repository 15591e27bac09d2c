package dev.lacewing.cli.experiment;

import dev.lacewing.Model;
import dev.lacewing.cli.image.Normalisations;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.train.Diverged;
import dev.lacewing.train.Epoch;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.Progress;
import dev.lacewing.train.Trainer;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import dev.lacewing.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runs of an experiment that are not yet kept, all arms of a seed before the next seed, each with one thread, several at once. One that fails stops those that start
 * from it, and no other. One that diverges is kept as failed, and so not run again.
 */
public final class Runs {
    private static final double SECONDS_BETWEEN_CHECKPOINTS = 60;

    private final Trials trials;
    private final int atOnce;
    private final String version;
    private final Loader loader;
    private final Watcher watcher;
    private final List<Job> waiting = new ArrayList<>();
    private final Set<Job> unfinished = new HashSet<>();
    private final Map<Job, Integer> epochsLeft = new HashMap<>();
    private final Map<String, Double> secondsPerEpoch = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<Trial> failedBefore = new ArrayList<>();
    private int done;

    /** A run. */
    public record Job(Arm arm, long seed) {
        @Override
        public String toString() { return arm.name() + ", seed " + seed; }
    }

    /** Finds the images that a recipe names. Called by several threads. */
    public interface Loader {
        DataSet load(Recipe recipe);
    }

    /** Told what happens, on the threads that train, one at a time. */
    public interface Watcher {
        /** @param left seconds until all is done; NaN if nothing is known yet */
        default void epoch(Job job, Epoch epoch, double left) {}

        /** @param done runs done, those kept from earlier included, of {@code all} */
        default void finished(Job job, Trial trial, int done, int all, double left) {}

        default void failed(Job job, String why) {}

        /** A checkpoint that does not fit what is trained now is removed, and the run begins anew. */
        default void restarted(Job job) {}
    }

    /**
     * What is kept is run again where its network is missing and wanted: that of an arm of {@code only}, or to start from, or to measure.
     *
     * @param only the arms to run, with those that they start from; none for all
     * @param measured whether the networks of the first seed will be measured
     * @param atOnce runs at once, at least 1
     */
    public Runs(Trials trials, List<Arm> only, boolean measured, int atOnce, String version, Loader loader, Watcher watcher) {
        this.trials = trials;
        this.atOnce = atOnce;
        this.version = version;
        this.loader = loader;
        this.watcher = watcher;
        Experiment experiment = trials.experiment();
        Set<String> chosen = new HashSet<>();
        for (Arm one : only)
            for (Arm arm = one; arm != null; arm = arm.from().isEmpty() ? null : experiment.arm(arm.from())) chosen.add(arm.name());
        for (long seed : experiment.seeds()) {
            List<Job> ofSeed = new ArrayList<>();
            for (Arm arm : experiment.arms().reversed()) {
                if (!only.isEmpty() && !chosen.contains(arm.name())) continue;
                Trial kept = trials.read(arm, seed);
                boolean wanted = only.contains(arm) || ofSeed.stream().anyMatch(j -> j.arm.from().equals(arm.name()))
                        || measured && seed == experiment.seeds().getFirst() && kept != null && !kept.hasFailed();
                if (kept != null && !kept.hasFailed()) secondsPerEpoch.put(arm.name(), kept.seconds() / kept.epochs().size());
                if (kept == null ? !startHasFailed(arm, seed, only) : wanted && !Files.exists(trials.network(arm.name(), seed))) ofSeed.addFirst(new Job(arm, seed));
                else if (kept != null && kept.hasFailed()) failedBefore.add(kept);
                else if (kept != null) done++;
            }
            waiting.addAll(ofSeed);
        }
        unfinished.addAll(waiting);
        for (Job job : waiting) epochsLeft.put(job, job.arm.recipe().epochs());
    }

    /** And will not be run again. */
    private boolean startHasFailed(Arm arm, long seed, List<Arm> only) {
        if (arm.from().isEmpty()) return false;
        Arm start = trials.experiment().arm(arm.from());
        Trial kept = trials.read(start, seed);
        return kept != null && kept.hasFailed() && !only.contains(start) || startHasFailed(start, seed, only);
    }

    /** How many are to be done. */
    public int count() { return waiting.size(); }

    /** How many are done already. */
    public int kept() { return done; }

    /** Kept as failed, and not to be run again; nor is what starts from them. */
    public List<Trial> failedBefore() { return List.copyOf(failedBefore); }

    /** @throws Failed naming the runs that failed, after all others have been done */
    public void run() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) threads.add(Thread.ofPlatform().name("run-" + i).daemon().start(this::work));
        try {
            for (Thread thread : threads) thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted; the same command goes on from here", e);
        }
        if (!failures.isEmpty()) throw new Failed(failures.size() + " runs failed: " + String.join("; ", failures));
    }

    private void work() {
        for (Job job = next(); job != null; job = next()) {
            String wrong;
            try {
                Trial trial = train(job);
                synchronized (this) {
                    done++;
                    finish(job);
                    watcher.finished(job, trial, done, done + unfinished.size(), left());
                }
                continue;
            } catch (LacewingException e) {
                wrong = String.valueOf(e.getMessage());
            } catch (RuntimeException | Error e) {   // one run shall not take the others with it
                wrong = e.toString();
            }
            fail(job, wrong);
        }
    }

    /** The first whose start is there; null if none will come any more. */
    private synchronized @Nullable Job next() {
        while (true) {
            if (waiting.isEmpty()) return null;
            for (Job job : waiting)
                if (unfinished.stream().noneMatch(u -> u.seed == job.seed && u.arm.name().equals(job.arm.from()))) {
                    waiting.remove(job);
                    return job;
                }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    private synchronized void finish(Job job) {
        unfinished.remove(job);
        epochsLeft.remove(job);
        notifyAll();
    }

    private synchronized void fail(Job job, String why) {
        failures.add(job + ": " + why);
        watcher.failed(job, why);
        for (Job other : List.copyOf(waiting))
            if (other.seed == job.seed && other.arm.from().equals(job.arm.name())) {
                waiting.remove(other);
                fail(other, "what it starts from has failed");
            }
        finish(job);
    }

    private Trial train(Job job) {
        Arm arm = job.arm;
        Recipe recipe = arm.recipe().withSeed(job.seed);
        if (!arm.from().isEmpty()) recipe = recipe.withNetwork(recipe.network().withFile(fromBase(trials.network(arm.from(), job.seed))));
        Path checkpoint = trials.checkpoint(arm, job.seed);
        Preparation prepared = Normalisations.asRemembered(Preparation.of(recipe, loader.load(recipe), trials.base()));
        if (Files.exists(checkpoint) && !prepared.fits(checkpoint)) {
            remove(checkpoint);
            synchronized (this) {
                watcher.restarted(job);
            }
        }
        List<Trial.Source> files = trials.files(arm, job.seed);
        Trainer.Result result;
        try {
            result = prepared.train(new Trainer.Settings(1, checkpoint, true, SECONDS_BETWEEN_CHECKPOINTS), new Progress() {
                @Override
                public void epoch(Epoch epoch) { Runs.this.epoch(job, epoch); }
            });
        } catch (Diverged e) {
            trials.write(trial(job, files, List.of(), Objects.requireNonNull(e.getMessage())));
            remove(checkpoint);
            remove(trials.network(arm.name(), job.seed));
            throw e;
        }
        new Model(Normalisations.remember(result.graph(), prepared.data().normalisation())).save(trials.network(arm.name(), job.seed));
        Trial trial = trial(job, files, result.history(), "");
        trials.write(trial);
        remove(checkpoint);
        return trial;
    }

    private Trial trial(Job job, List<Trial.Source> files, List<Epoch> history, String failed) {
        return new Trial(job.arm.name(), job.seed, trials.fingerprint(job.arm, job.seed), job.arm.recipe().withSeed(job.seed).toString(), version, 1, atOnce,
                history.stream().mapToDouble(Epoch::seconds).sum(), history.isEmpty() ? Double.NaN : history.getLast().testAccuracy(), files,
                history.stream().map(Trial.Point::of).toList(), failed);
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new Failed(file + " cannot be removed: " + e.getMessage(), e);
        }
    }

    /** The recipe that is kept in the network names no folder of this machine, as long as runs are kept beside the experiment. */
    private String fromBase(Path file) { return trials.base().toAbsolutePath().normalize().relativize(file.toAbsolutePath().normalize()).toString(); }

    private synchronized void epoch(Job job, Epoch epoch) {
        epochsLeft.put(job, job.arm.recipe().epochs() - epoch.number());
        secondsPerEpoch.put(job.arm.name(), epoch.seconds());
        watcher.epoch(job, epoch, left());
    }

    /** By what an epoch of each arm took last; an arm that has not run yet is taken for an average one. */
    private double left() {
        double average = Sample.of(List.copyOf(secondsPerEpoch.values())).mean(), sum = 0, longest = 0;
        for (Job job : unfinished) {
            double seconds = epochsLeft.getOrDefault(job, 0) * secondsPerEpoch.getOrDefault(job.arm.name(), average);
            sum += seconds;
            longest = Math.max(longest, seconds);
        }
        return Math.max(longest, sum / atOnce);
    }
}

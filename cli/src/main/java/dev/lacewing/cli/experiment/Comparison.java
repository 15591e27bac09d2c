package dev.lacewing.cli.experiment;

import dev.lacewing.bench.report.CurvePlot;
import dev.lacewing.bench.report.CurvePlot.Point;
import dev.lacewing.bench.report.CurvePlot.Series;
import dev.lacewing.bench.report.Markdown;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import dev.lacewing.train.recipe.Experiment.Plot;
import dev.lacewing.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kept runs of an experiment come to: a table and a picture, made of the files in its folder and nothing else. */
public final class Comparison {
    private static final double PERCENT = 100;

    private final Experiment experiment;
    private final Map<Arm, Map<Long, Trial>> trials = new LinkedHashMap<>(), failures = new LinkedHashMap<>();
    private final Latency latency;

    public Comparison(Trials kept) {
        experiment = kept.experiment();
        for (Arm arm : experiment.arms()) {
            Map<Long, Trial> good = new LinkedHashMap<>(), failed = new LinkedHashMap<>();
            kept.of(arm).forEach((seed, trial) -> (trial.hasFailed() ? failed : good).put(seed, trial));
            trials.put(arm, good);
            failures.put(arm, failed);
        }
        latency = Latency.read(kept);
    }

    /** Runs that are kept and have not failed. */
    public int count() { return count(trials); }

    /** Whether there is nothing to tell, not even of failures. */
    public boolean isEmpty() { return count(trials) + count(failures) == 0; }

    /** Whether times of its networks are kept. */
    public boolean isTimed() { return !latency.rows().isEmpty(); }

    private static int count(Map<Arm, Map<Long, Trial>> runs) { return runs.values().stream().mapToInt(Map::size).sum(); }

    /** A line for each arm that has a run; of one whose runs have all failed, why. */
    public String table() {
        boolean compared = experiment.arms().stream().anyMatch(a -> !a.against().isEmpty()), timed = isTimed();
        List<String> headings = new ArrayList<>(List.of("arm", ">seeds", ">accuracy, %"));
        if (compared) headings.addAll(List.of(">difference", "to"));
        headings.add(">density, %");
        for (String figure : experiment.figures()) headings.add(">" + figure);
        headings.addAll(List.of(">epochs", ">s per epoch"));
        if (timed) headings.addAll(List.of(">multiplications, %", ">Lacewing, ms", ">2 threads, ms", ">ONNX Runtime, ms"));
        if (timed && experiment.blockRows() > 0) headings.addAll(List.of(">2 threads faster", ">max/mean work"));
        Markdown table = new Markdown(headings.toArray(String[]::new));
        trials.forEach((arm, runs) -> {
            List<Trial> failed = List.copyOf(failures.getOrDefault(arm, Map.of()).values());
            if (!runs.isEmpty()) table.row(row(arm, List.copyOf(runs.values()), compared, timed));
            else if (!failed.isEmpty()) table.row(failure(arm, failed.getFirst(), headings.size()));
        });
        return table.toString();
    }

    /** What happened, without what to do. */
    private static List<String> failure(Arm arm, Trial failed, int columns) {
        List<String> row = new ArrayList<>(List.of(arm.name(), "0", "failed: " + failed.failed().replaceFirst(";.*", "")));
        while (row.size() < columns) row.add("");
        return row;
    }

    private List<String> row(Arm arm, List<Trial> runs, boolean compared, boolean timed) {
        List<String> row = new ArrayList<>(List.of(arm.name(), String.valueOf(runs.size()), text(Sample.of(List.copyOf(accuracies(arm).values())), "%.2f")));
        if (compared) {
            Sample difference = arm.against().isEmpty() ? Sample.of(List.of()) : Sample.paired(accuracies(arm), accuracies(experiment.arm(arm.against())));
            row.addAll(List.of(text(difference, "%+.2f"), arm.against()));
        }
        row.add(mean(runs.stream().map(t -> PERCENT * t.density()).toList(), "%.1f"));
        for (String figure : experiment.figures()) row.add(mean(runs.stream().map(t -> t.figure(figure)).filter(f -> !f.isNaN()).toList(), "%.3g"));
        row.addAll(List.of(String.valueOf(experiment.epochs(arm)), arm.recipe().epochs() == 0 ? "" : mean(runs.stream().map(t -> t.seconds() / t.epochs().size()).toList(), "%.1f")));
        if (!timed) return row;
        Latency.Row times = latency.of(arm);
        row.addAll(times == null ? List.of("", "", "", "") : List.of(format("%.1f", PERCENT * times.work()), number(times.lacewing()), number(times.lacewingTwo()), number(times.onnxRuntime())));
        if (experiment.blockRows() == 0) return row;
        row.addAll(times == null ? List.of("", "") : List.of(format("%.2f", times.lacewing() / times.lacewingTwo()), format("%.3f", times.balance())));
        return row;
    }

    private Map<Long, Double> accuracies(Arm arm) {
        Map<Long, Double> accuracies = new LinkedHashMap<>();
        trials.getOrDefault(arm, Map.of()).forEach((seed, trial) -> accuracies.put(seed, PERCENT * trial.accuracy(experiment.last())));
        return accuracies;
    }

    /** Of the whole experiment: what was compared, how, and how it is told. */
    public String notes() {
        List<Trial> all = Stream.of(trials, failures).flatMap(r -> r.values().stream()).flatMap(r -> r.values().stream()).toList();
        List<String> versions = all.stream().map(Trial::version).distinct().sorted().toList();
        double seconds = all.stream().mapToDouble(Trial::seconds).sum();
        int threads = all.stream().mapToInt(Trial::threads).max().orElse(1), planned = experiment.arms().size() * experiment.seeds().size();
        String last = experiment.last() == 1 ? "after the last epoch" : "mean after each of the last " + experiment.last() + " epochs";
        StringBuilder notes = new StringBuilder(accuracy() + " " + last + "; mean over the seeds ± its standard error. ");
        if (experiment.arms().stream().anyMatch(a -> !a.against().isEmpty()))
            notes.append("The difference is the mean over the seeds of the differences of runs paired by seed").append(alike() ? " (same first weights, same batches). " : ". ");
        if (!experiment.figures().isEmpty()) notes.append(String.join(", ", experiment.figures())).append(": mean over the last third of the epochs. ");
        if (isTimed())
            notes.append("Density, multiplications: what is left of the weights and of the multiplications in the layers in scope. ").append("Times: median of ").append(latency.runs()).append(" runs on one image, in turns, of the networks of the first seed, on one thread unless said otherwise; Lacewing ")
                    .append(latency.tier()).append(" with ").append(latency.lanes()).append(" lanes, ").append(latency.peer()).append(". ");
        notes.append(count()).append(count() < planned ? " of " + planned : "").append(String.format(Locale.ROOT, " runs, %.0f minutes of one-threaded epochs in all%s%s",
                seconds / 60, threads == 1 ? "" : " (" + threads + " threads)", versions.isEmpty() ? "" : ", Lacewing " + String.join(", ", versions)));
        String failed = runs((arm, seed) -> seeds(failures, arm).contains(seed));
        String open = runs((arm, seed) -> !seeds(failures, arm).contains(seed) && !seeds(trials, arm).contains(seed));
        return notes.append(failed.isEmpty() ? "" : "; failed: " + failed).append(open.isEmpty() ? "" : "; not run: " + open).append('.').toString();
    }

    private String accuracy() {
        long aside = experiment.arms().stream().filter(a -> a.recipe().data().validation() > 0).count();
        return aside == 0 ? "Test accuracy" : aside == experiment.arms().size() ? "Accuracy on training images set aside" : "Accuracy on test images, or on training images set aside,";
    }

    private static Set<Long> seeds(Map<Arm, Map<Long, Trial>> runs, Arm arm) { return runs.getOrDefault(arm, Map.of()).keySet(); }

    /** Arms with their seeds, without them where all seeds are told of. */
    private String runs(BiPredicate<Arm, Long> told) {
        List<String> runs = new ArrayList<>();
        for (Arm arm : experiment.arms()) {
            List<Long> seeds = experiment.seeds().stream().filter(s -> told.test(arm, s)).toList();
            String which = seeds.equals(experiment.seeds()) ? "" : " (seed " + seeds.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")";
            if (!seeds.isEmpty()) runs.add(arm.name() + which);
        }
        return String.join(", ", runs);
    }

    /** Whether all runs that are compared start from the same weights and see the same batches. */
    private boolean alike() {
        return experiment.arms().stream().filter(a -> !a.against().isEmpty()).allMatch(a -> {
            Arm other = experiment.arm(a.against());
            Recipe one = a.recipe(), two = other.recipe();
            boolean sameStart = a.from().isEmpty() && other.from().isEmpty() && one.network().equals(two.network());
            return sameStart && one.data().equals(two.data()) && one.batch() == two.batch() && one.epochs() == two.epochs();
        });
    }

    public String svg() {
        boolean byTime = experiment.plot() == Plot.LATENCY;
        String what = accuracy() + " by " + (byTime ? "time of an image" : "epoch"), axis = byTime ? "ms for an image, one thread" : "epoch";
        return new CurvePlot(experiment.title(), what, axis, accuracy().toLowerCase(Locale.ROOT) + " in %", byTime, byTime ? byLatency() : byEpoch()).svg();
    }

    private List<Series> byEpoch() {
        List<Series> all = new ArrayList<>();
        trials.forEach((arm, runs) -> {
            List<Point> points = new ArrayList<>();
            int offset = experiment.epochs(arm) - arm.recipe().epochs();
            for (int e = 0; e <= arm.recipe().epochs(); e++) {
                int epoch = e;
                Sample accuracy = Sample.of(runs.values().stream().flatMap(t -> t.epochs().stream()).filter(p -> p.epoch() == epoch).map(p -> PERCENT * p.testAccuracy())
                        .filter(a -> !a.isNaN()).toList());
                if (accuracy.count() > 0) points.add(new Point(offset + e, accuracy.mean(), accuracy.error(), ""));
            }
            if (!points.isEmpty()) all.add(new Series(arm.name(), points));
        });
        return all;
    }

    private List<Series> byLatency() {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        trials.forEach((arm, runs) -> {
            Latency.Row times = latency.of(arm);
            if (times == null || runs.isEmpty()) return;
            Sample accuracy = Sample.of(List.copyOf(accuracies(arm).values()));
            lines.computeIfAbsent(arm.series() + ", Lacewing", s -> new ArrayList<>()).add(new Point(times.lacewing(), accuracy.mean(), accuracy.error(), arm.name()));
            if (arm.recipe().isDense())
                lines.computeIfAbsent(arm.series() + ", ONNX Runtime", s -> new ArrayList<>()).add(new Point(times.onnxRuntime(), accuracy.mean(), accuracy.error(), arm.name()));
        });
        lines.values().forEach(points -> points.sort(Comparator.comparingDouble(Point::x)));
        return lines.entrySet().stream().map(l -> new Series(l.getKey(), l.getValue())).toList();
    }

    private static String mean(List<Double> values, String form) { return values.isEmpty() ? "" : format(form, Sample.of(values).mean()); }

    private static String text(Sample sample, String form) {
        if (sample.count() == 0) return "";
        return format(form, sample.mean()) + (Double.isNaN(sample.error()) ? "" : " ± " + format("%.2f", sample.error()));
    }

    private static String number(double ms) { return format("%.3g", ms); }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String form, double value) { return Double.isNaN(value) ? "" : String.format(Locale.ROOT, form, value); }
}

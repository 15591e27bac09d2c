package dev.lacewing.cli.experiment;

import dev.lacewing.train.Epoch;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is kept of one run.
 *
 * @param fingerprint of its recipe, and of that of the run it started from
 * @param recipe every setting, defaults included
 * @param version of Lacewing
 * @param threads that it trained with
 * @param atOnce runs on the machine at the same time, this one included
 * @param seconds of all epochs
 * @param accuracy on the test images after the last epoch, 0 to 1
 * @param files of networks that the run started from or was taught by, as they were
 * @param failed why there is no network: the training has diverged; empty if there is one. No epochs then
 */
public record Trial(String arm, long seed, String fingerprint, String recipe, String version, int threads, int atOnce, double seconds, double accuracy, List<Source> files,
        List<Point> epochs, String failed) {
    public Trial {
        files = List.copyOf(files);
        epochs = List.copyOf(epochs);
    }

    /**
     * A file that a run has read.
     *
     * @param name in the recipe
     * @param sha256 of the network in it, not of its bytes: the same network in another format is the same
     */
    public record Source(String name, String sha256) {}

    /** An epoch. NaN where there was no evaluation. */
    public record Point(int epoch, double loss, double testLoss, double testAccuracy, double density, double seconds, List<Figure> figures) {
        public Point { figures = List.copyOf(figures); }

        static Point of(Epoch e) {
            return new Point(e.number(), e.loss(), e.testLoss(), e.testAccuracy(), e.density(), e.seconds(),
                    e.figures().entrySet().stream().map(f -> new Figure(f.getKey(), f.getValue())).toList());
        }
    }

    /** Of the method. */
    public record Figure(String name, double value) {}

    /** The mean over so many last evaluations. */
    public double accuracy(int last) { return Sample.last(epochs.stream().map(Point::testAccuracy).filter(a -> !a.isNaN()).toList(), last); }

    public boolean hasFailed() { return !failed.isEmpty(); }

    /** Of all that its network came of, the files that it read included. */
    String origin() { return fingerprint + files.stream().map(f -> "-" + f.sha256().substring(0, 16)).collect(Collectors.joining()); }

    double density() { return epochs.getLast().density(); }

    /** The mean over the last third of the epochs; NaN if the method has no such figure. */
    double figure(String name) {
        int third = Math.max(1, epochs.size() / 3);
        List<Double> values = epochs.subList(epochs.size() - third, epochs.size()).stream().flatMap(p -> p.figures.stream()).filter(f -> f.name.equals(name)).map(Figure::value).toList();
        return Sample.of(values).mean();
    }
}

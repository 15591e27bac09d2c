package dev.lacewing.bench.compare;

import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.Turns;
import dev.lacewing.tune.Quantiles;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** One line of the file of results. A later measurement with the same key replaces an earlier one, unless that was measured more often. */
sealed interface Measurement {
    /** By the name that the file gives each kind. */
    Map<String, Class<? extends Measurement>> KINDS = Map.of("ratio", Ratio.class, "scaling", Scaling.class, "linearity", Linearity.class, "cold", Cold.class);

    Setting setting();

    String key();

    /** Timed runs, or fresh processes where each gives one time: what was measured less often does not replace what was measured more often. */
    int effort();

    /**
     * What it was measured with, and how to repeat it.
     *
     * @param commit of Lacewing, with a + if files were changed since; empty if unknown
     * @param costs where the rates that the planner decided by are from
     */
    record Setting(String tier, int lanes, String machine, String versions, String commit, String costs, String date, String command) {
        /** For a person. */
        String engine() { return tier + ", " + lanes + (lanes == 1 ? " lane" : " lanes"); }
    }

    /** Milliseconds: median and quartiles. */
    record Spread(double median, double q1, double q3) {
        static final Spread NONE = new Spread(Double.NaN, Double.NaN, Double.NaN);

        static Spread of(Timing t) { return new Spread(t.medianMs(), t.q1Ms(), t.q3Ms()); }

        static Spread of(double[] ms) {
            Quantiles q = Quantiles.of(ms);
            return new Spread(q.median(), q.percentile(25), q.percentile(75));
        }
    }

    /**
     * A number in each of several processes.
     *
     * @param median with an even number of processes the lower of the two in the middle, so that it is the number of one process
     */
    record Range(double median, double smallest, double largest) {
        static Range of(double one) { return new Range(one, one, one); }
    }

    /**
     * How it was timed.
     *
     * @param turn timed runs in a turn
     * @param untimedMs for so long a turn runs before them
     * @param runs timed runs in a process
     */
    record Method(int turn, int untimedMs, int runs, int processes) {
        static Method of(Turns turns, int runs) { return new Method(turns.runs(), turns.untimedMs(), runs, 1); }

        int effort() { return runs * processes; }

        Method in(int processes) { return new Method(turn, untimedMs, runs, processes); }
    }

    /**
     * A network beside ONNX Runtime.
     *
     * @param ratio the peer's median over ours
     * @param ours of the process whose ratio is in the middle, as {@code peer}
     * @param difference largest difference of outputs, as a share of the largest value of the same output
     * @param steady whether Lacewing ran without allocation before the measurement began
     */
    record Ratio(String network, int threads, Range ratio, Spread ours, Spread peer, double difference, long allocatedBytes, boolean steady, Method method, Setting setting)
            implements Measurement {
        @Override
        public String key() { return "ratio/" + network + "/" + threads + "/" + setting.engine() + "/" + method.turn; }

        @Override
        public int effort() { return method.effort(); }

        /** One measurement of those of several processes. */
        static Ratio of(List<Ratio> processes) {
            List<Ratio> sorted = processes.stream().sorted(Comparator.comparingDouble(r -> r.ratio.median)).toList();
            Ratio middle = sorted.get((sorted.size() - 1) / 2);
            return new Ratio(middle.network, middle.threads, new Range(middle.ratio.median, sorted.getFirst().ratio.median, sorted.getLast().ratio.median), middle.ours, middle.peer,
                    sorted.stream().mapToDouble(Ratio::difference).max().orElse(0), sorted.stream().mapToLong(Ratio::allocatedBytes).max().orElse(0),
                    sorted.stream().allMatch(Ratio::steady), middle.method.in(sorted.size()), middle.setting);
        }
    }

    /** A network on one thread and on two; as {@link Ratio}. */
    record Scaling(String network, Range scaling, Spread one, Spread two, Method method, Setting setting) implements Measurement {
        @Override
        public String key() { return "scaling/" + network + "/" + setting.engine() + "/" + method.turn; }

        @Override
        public int effort() { return method.effort(); }

        static Scaling of(List<Scaling> processes) {
            List<Scaling> sorted = processes.stream().sorted(Comparator.comparingDouble(s -> s.scaling.median)).toList();
            Scaling middle = sorted.get((sorted.size() - 1) / 2);
            return new Scaling(middle.network, new Range(middle.scaling.median, sorted.getFirst().scaling.median, sorted.getLast().scaling.median), middle.one, middle.two,
                    middle.method.in(sorted.size()), middle.setting);
        }
    }

    /**
     * A layer's time against its non-zeros, and the least-squares line through it.
     *
     * @param format of the weights, which the planner was told
     * @param kilobytes of input, output and, at the least sparsity, packed weights
     * @param nanosPerNonZero the line's slope
     * @param deviation the largest distance of a point from the line, as a share of the line's time
     */
    record Linearity(String layer, String pattern, String format, long kilobytes, double r2, double interceptMs, double nanosPerNonZero, double deviation, List<Point> points,
            Method method, Setting setting) implements Measurement {
        record Point(double sparsity, int nonZeros, double ms) {}

        @Override
        public String key() { return "linearity/" + layer + "/" + pattern + "/" + format + "/" + setting.engine(); }

        @Override
        public int effort() { return method.effort(); }
    }

    /**
     * Fresh processes.
     *
     * @param what the command or program
     * @param model what it read
     * @param process milliseconds from its start to its end, after it has printed its answer
     * @param open reading and planning the model, in the same processes; NaN where the program does not tell, as the next two
     * @param first the first inference, in the same processes
     * @param laterMs median of later ones, in a process that goes on
     */
    record Cold(String what, String model, Spread process, Spread open, Spread first, double laterMs, int processes, Setting setting) implements Measurement {
        @Override
        public String key() { return "cold/" + what + "/" + model + "/" + setting.engine(); }

        @Override
        public int effort() { return processes; }
    }
}

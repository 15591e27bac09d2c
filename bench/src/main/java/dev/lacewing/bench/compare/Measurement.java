package dev.lacewing.bench.compare;

import dev.lacewing.bench.Interleaved.Timing;
import java.util.List;
import java.util.Map;

/** One line of the file of results. A later measurement with the same key replaces an earlier one. */
sealed interface Measurement {
    /** By the name that the file gives each kind. */
    Map<String, Class<? extends Measurement>> KINDS = Map.of("ratio", Ratio.class, "scaling", Scaling.class, "linearity", Linearity.class, "cold", Cold.class);

    Setting setting();

    String key();

    /** What it was measured with, and how to repeat it. */
    record Setting(String tier, int lanes, String machine, String versions, String date, String command) {
        /** For a person. */
        String engine() { return tier + ", " + lanes + (lanes == 1 ? " lane" : " lanes"); }
    }

    /** Milliseconds: median and quartiles. */
    record Spread(double median, double q1, double q3) {
        static Spread of(Timing t) { return new Spread(t.medianMs(), t.q1Ms(), t.q3Ms()); }
    }

    /**
     * A network beside ONNX Runtime.
     *
     * @param ratio the peer's median over ours
     * @param difference largest difference of outputs, as a share of the largest output
     * @param steady whether Lacewing ran without allocation before the measurement began
     */
    record Ratio(String network, int threads, double ratio, Spread ours, Spread peer, double difference, long allocatedBytes, boolean steady, int rounds, Setting setting)
            implements Measurement {
        @Override
        public String key() { return "ratio/" + network + "/" + threads + "/" + setting.engine(); }
    }

    /** A network on one thread and on two. */
    record Scaling(String network, double scaling, Spread one, Spread two, int rounds, Setting setting) implements Measurement {
        @Override
        public String key() { return "scaling/" + network + "/" + setting.engine(); }
    }

    /**
     * A layer's time against its non-zeros, and the least-squares line through it.
     *
     * @param nanosPerNonZero the line's slope
     */
    record Linearity(String layer, String pattern, double r2, double interceptMs, double nanosPerNonZero, List<Point> points, int rounds, Setting setting) implements Measurement {
        record Point(double sparsity, int nonZeros, double ms) {}

        @Override
        public String key() { return "linearity/" + layer + "/" + pattern + "/" + setting.engine(); }
    }

    /**
     * A fresh process.
     *
     * @param what the command or program
     * @param model what it read
     * @param process milliseconds from its start to its end, after it has printed its answer
     * @param loadMs median of reading and planning the model; NaN where the program does not tell, as the next two
     * @param firstMs median of the first inference
     * @param steadyMs median of later ones
     */
    record Cold(String what, String model, Spread process, double loadMs, double firstMs, double steadyMs, int processes, Setting setting) implements Measurement {
        @Override
        public String key() { return "cold/" + what + "/" + model + "/" + setting.engine(); }
    }
}

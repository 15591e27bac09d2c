package dev.lacewing.train.optimizer;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.List;

/** The learning rate over a run. Time is counted in epochs, fractions of them included, so that a schedule does not depend on the batch. */
public sealed interface LearningRate {
    /**
     * @param epoch from 0 to below {@code epochs}
     * @param epochs of the whole run
     */
    double at(double epoch, double epochs);

    /** @param warmup epochs of a linear rise from 0 to {@code rate} */
    record Constant(double rate, double warmup) implements LearningRate {
        public static final Constant DEFAULT = new Constant(0.01, 0);

        public Constant { check(rate, warmup); }

        @Override
        public double at(double epoch, double epochs) { return rate * rise(epoch, warmup); }
    }

    /**
     * From {@code rate} down to {@code last} along half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983), after the warm-up.
     *
     * @param warmup epochs of a linear rise from 0 to {@code rate}
     */
    record Cosine(double rate, double last, double warmup) implements LearningRate {
        public static final Cosine DEFAULT = new Cosine(0.05, 0, 0);

        public Cosine {
            check(rate, warmup);
            if (!(last >= 0 && last <= rate)) throw new Invalid("last must be 0 to rate, got " + last);
        }

        @Override
        public double at(double epoch, double epochs) {
            if (epoch < warmup) return rate * rise(epoch, warmup);
            double share = Math.clamp((epoch - warmup) / Math.max(epochs - warmup, 1e-9), 0.0, 1.0);
            return last + (rate - last) * (1 + Math.cos(Math.PI * share)) / 2;
        }
    }

    /**
     * Times {@code factor} at each milestone.
     *
     * @param milestones epochs, ascending
     * @param warmup epochs of a linear rise from 0 to {@code rate}
     */
    record Steps(double rate, List<Double> milestones, double factor, double warmup) implements LearningRate {
        public static final Steps DEFAULT = new Steps(0.05, List.of(), 0.1, 0);

        public Steps {
            check(rate, warmup);
            milestones = List.copyOf(milestones);
            if (!milestones.equals(milestones.stream().sorted().toList())) throw new Invalid("milestones must ascend, got " + milestones);
            if (!(factor > 0 && factor <= 1)) throw new Invalid("factor must be above 0 to 1, got " + factor);
        }

        @Override
        public double at(double epoch, double epochs) {
            return rate * rise(epoch, warmup) * Math.pow(factor, (double) milestones.stream().filter(m -> m <= epoch).count());
        }
    }

    /**
     * From {@code last} up to {@code rate} and down again, {@code cycles} times.
     *
     * @param peak where in a cycle the rate is highest, above 0 to below 1
     */
    record Triangular(double rate, double last, int cycles, double peak) implements LearningRate {
        public static final Triangular DEFAULT = new Triangular(0.05, 0, 1, 0.5);

        public Triangular {
            check(rate, 0);
            if (!(last >= 0 && last <= rate)) throw new Invalid("last must be 0 to rate, got " + last);
            if (cycles < 1) throw new Invalid("cycles must be 1 or more, got " + cycles);
            if (!(peak > 0 && peak < 1)) throw new Invalid("peak must lie between 0 and 1, got " + peak);
        }

        @Override
        public double at(double epoch, double epochs) {
            double cycle = epoch / epochs * cycles, share = cycle - Math.floor(cycle);
            return last + (rate - last) * (share < peak ? share / peak : (1 - share) / (1 - peak));
        }
    }

    private static double rise(double epoch, double warmup) { return epoch < warmup ? epoch / warmup : 1; }

    private static void check(double rate, double warmup) {
        if (!(rate > 0)) throw new Invalid("rate must be above 0, got " + rate);
        if (!(warmup >= 0)) throw new Invalid("warmup must be 0 epochs or more, got " + warmup);
    }
}

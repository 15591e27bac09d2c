package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;

/** Bounds of settings. */
final class Checks {
    private Checks() {}

    static void share(String what, double value) {
        if (!(value >= 0 && value <= 1)) throw new Invalid(what + " is a share and must be 0 to 1, got " + value);
    }

    static void atLeast(String what, double least, double value) {
        if (!(value >= least)) throw new Invalid(what + " must be at least " + least + ", got " + value);
    }

    /** @throws Invalid if the run is over before the method has done anything */
    static void steps(Run run, String method) {
        if (run.steps() == 0) throw new Invalid(method + " needs training, and a run of 0 epochs has no steps; take one_shot, which prunes at once");
    }

    /** Shares of a run between which something happens. */
    static void window(double begin, double end) {
        if (!(begin >= 0 && begin < 1 && begin <= end && end <= 1))
            throw new Invalid("begin and end are shares of the run with 0 <= begin < 1 and begin <= end <= 1, got " + begin + " and " + end);
    }
}

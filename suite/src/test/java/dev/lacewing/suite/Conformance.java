package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.fail;

import dev.lacewing.error.LacewingException;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a family of problems through an executor, compares with the reference, and tells of all failures at once. */
final class Conformance {
    /** How many failing problems a message shows in full. */
    private static final int SHOWN = 3;

    private Conformance() {}

    /** Computes a problem's outputs by other means. */
    @FunctionalInterface
    interface Executor {
        float[][] run(Problem problem);
    }

    static void check(Problems.Family family, int count, String executor, Executor run) {
        List<String> failures = new ArrayList<>();
        for (Problem problem : Problems.several(family, count)) failure(problem, run).ifPresent(what -> failures.add(what + "\n" + problem.describe()));
        if (failures.isEmpty()) return;
        fail(failures.size() + " of " + count + " problems of " + family + " differ on " + executor + ":\n\n" + String.join("\n\n", failures.subList(0, Math.min(SHOWN, failures.size()))));
    }

    private static Optional<String> failure(Problem problem, Executor run) {
        List<Tensor> expected = problem.expected();
        try {
            return Closeness.difference(problem.graph().outputs(), expected, run.run(problem), Closeness.of(problem));
        } catch (LacewingException | IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException | ArithmeticException | NullPointerException | ClassCastException e) {
            StackTraceElement[] trace = e.getStackTrace();
            return Optional.of(e + (trace.length == 0 ? "" : " at " + trace[0]));
        }
    }
}

package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.fail;

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

    static void check(Problems.Family family, int count, String executor, Executor run) { check(Problems.several(family, count), family, executor, run); }

    static void check(List<Problem> problems, Problems.Family family, String executor, Executor run) {
        List<String> failures = new ArrayList<>();
        for (Problem problem : problems) failure(problem, run).ifPresent(what -> failures.add(what + "\n" + problem.describe()));
        if (failures.isEmpty()) return;
        fail(failures.size() + " of " + problems.size() + " problems of " + family + " differ on " + executor + ":\n\n" + String.join("\n\n", failures.subList(0, Math.min(SHOWN, failures.size()))));
    }

    private static Optional<String> failure(Problem problem, Executor run) {
        List<Tensor> expected = problem.expected();
        try {
            return Closeness.difference(problem.graph().outputs(), expected, run.run(problem), Closeness.of(problem));
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            return Optional.of(e + (trace.length == 0 ? "" : " at " + trace[0]));
        }
    }
}

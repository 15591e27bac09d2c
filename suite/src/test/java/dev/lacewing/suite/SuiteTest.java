package dev.lacewing.suite;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The engine equals the reference. Tier and lanes belong to the process ({@code lacewing.tier}, {@code lacewing.lanes}): the build runs this class once for each.
 * Within a process every problem runs sparse and dense, on one thread and on two; {@code lacewing.suite.count} is the number of problems in each
 * family.
 */
class SuiteTest {
    @BeforeAll
    static void tier() { ProcessTier.assumePresent(); }

    private static final int COUNT = Integer.getInteger("lacewing.suite.count", 12);

    @ParameterizedTest
    @EnumSource
    void sparseOnOneThread(Problems.Family family) { check(family, new Options(1, false)); }

    @ParameterizedTest
    @EnumSource
    void sparseOnTwoThreads(Problems.Family family) { check(family, new Options(2, false)); }

    @ParameterizedTest
    @EnumSource
    void denseOnOneThread(Problems.Family family) { check(family, new Options(1, true)); }

    @ParameterizedTest
    @EnumSource
    void denseOnTwoThreads(Problems.Family family) { check(family, new Options(2, true)); }

    private static void check(Problems.Family family, Options options) {
        String where = options + " " + System.getProperty("lacewing.tier", "default tier") + " " + System.getProperty("lacewing.lanes", "default lanes");
        Conformance.check(family, COUNT, where, problem -> run(problem, options));
    }

    /** After a run on NaN: what a run leaves in its memory, halos and gaps between rows included, must not show in the next. */
    private static float[][] run(Problem problem, Options options) {
        try (Session session = new Model(problem.graph()).session(options)) {
            List<float[]> noise = new ArrayList<>();
            for (float[] input : problem.inputValues()) noise.add(filled(input.length));
            session.run(noise.toArray(float[][]::new), problem.emptyOutputs());
            float[][] outputs = problem.emptyOutputs();
            for (float[] output : outputs) Arrays.fill(output, Float.NaN);
            session.run(problem.inputValues(), outputs);
            return outputs;
        }
    }

    private static float[] filled(int length) {
        float[] values = new float[length];
        Arrays.fill(values, Float.NaN);
        return values;
    }
}

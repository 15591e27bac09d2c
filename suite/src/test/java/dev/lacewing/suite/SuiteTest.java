package dev.lacewing.suite;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Every convolution with its pattern as code, where the tier runs that. */
    @ParameterizedTest
    @EnumSource
    void bakedOnTwoThreads(Problems.Family family) {
        Options options = new Options(2, false);
        Conformance.check(family, COUNT, "baked " + where(options), problem -> {
            Model model = new Model(problem.graph());
            Map<String, Decision> decisions = new HashMap<>();
            model.plan(options).decisions().forEach((layer, decision) -> decisions.put(layer, new Decision(Format.BAKED, 1)));
            return run(problem, new Model(model.graph(), decisions), options);
        });
    }

    private static String where(Options options) {
        return options + " " + System.getProperty("lacewing.tier", "default tier") + " " + System.getProperty("lacewing.lanes", "default lanes");
    }

    private static void check(Problems.Family family, Options options) {
        Conformance.check(family, COUNT, where(options), problem -> run(problem, new Model(problem.graph()), options));
    }

    /** After a run on NaN: what a run leaves in its memory, halos and gaps between rows included, must not show in the next. */
    private static float[][] run(Problem problem, Model model, Options options) {
        try (Session session = model.session(options)) {
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

package dev.lacewing.jmh;

import dev.lacewing.bench.LayerSteps;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The kernel calls of one layer, on one thread. {@link Kernels} gives the problems. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LayerBenchmark {
    @Param("1x1 256 256 28 28 1, 1x4, 0.9")
    public String problem = "";

    @SuppressWarnings("NullAway.Init")
    private LayerSteps steps;

    @Setup(Level.Trial)
    public void open() { steps = Problem.parse(problem).open(); }

    @TearDown(Level.Trial)
    public void close() { steps.close(); }

    @Benchmark
    public void layer() { steps.run(); }
}

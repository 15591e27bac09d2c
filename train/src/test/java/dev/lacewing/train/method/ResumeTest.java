package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.prune.Allocation;
import dev.lacewing.prune.Criterion;
import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.optimizer.Sgd;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of every method: a run goes on from parameters and number of the step alone, wherever it was stopped; the seed and nothing else decides. */
class ResumeTest {
    private static final int EPOCHS = 5, STEPS = 8;

    static Stream<Method> methods() {
        Patterns all = Patterns.all(new Pattern.Unstructured()), blocks = Patterns.groups(4);
        return Stream.of(new GradualMagnitude(all, 0.9, 0.1, 0.1, 0.8, 3, false, Mask.Kind.FROZEN), new GradualMagnitude(blocks, 0.9, 0, 0, 0.8, 3, true, Mask.Kind.HARD),
                new GradualMagnitude(all, 0.7, 0, 0, 0.5, 5, false, Mask.Kind.STRAIGHT_THROUGH), OneShot.DEFAULT,
                new SoftUniformBlocks(blocks, 0.5, Criterion.L1, 1, SoftUniformBlocks.Sampling.IMPORTANCE, 1, Ramp.CUBIC, 1, 4, 0.01, false, false),
                new SoftUniformBlocks(blocks, 0.75, Criterion.BPAR, 1, SoftUniformBlocks.Sampling.UNIFORM, 1, Ramp.LINEAR, 0, 3, 0.01, true, true), new SrSte(new Pattern.NofM(1, 4), 0.01),
                new DynamicSparse(0.7, Allocation.ERK, false, Growth.GRADIENT, 3, 0.3, 0, 0.75), new DynamicSparse(0.7, Allocation.UNIFORM, true, Growth.RANDOM, 4, 0.5, 0.1, 0.75),
                new DynamicSparse(0.7, Allocation.ER, false, Growth.NONE, 3, 0.3, 0, 0.75), new GroupToGroup(2, 0.7, 0.1, GroupToGroup.Outer.RANDOM, Growth.HEBBIAN, true, 6, 0.4, 0.9, 4, 0.9),
                new GroupToGroup(2, 0.7, 0.1, GroupToGroup.Outer.DENSE, Growth.GRADIENT, false, 6, 0.4, 0.9, 4, 0.9));
    }

    private static Run run(Method method, long seed) {
        return method instanceof GroupToGroup ? Toy.run(Toy.chain(6, 8, 12, 10, 4), EPOCHS, STEPS, seed, "fc1", "fc2", "fc3", "fc4")
                : Toy.run(Toy.convolutions(), EPOCHS, STEPS, seed, "entry", "depth", "point", "space", "fc");
    }

    private static List<Object> state(Run run) {
        return run.parameters().all().stream().<Object>map(p -> {
            Mask mask = p.mask();
            return List.of(p.name(), Arrays.hashCode(p.values()), p.slots().stream().map(Arrays::hashCode).toList(), mask == null ? 0 : Arrays.hashCode(mask.live()),
                    p.notes().entrySet().stream().map(e -> e.getKey() + Arrays.hashCode(e.getValue())).sorted().toList());
        }).toList();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void goesOnAsIfItHadNotStopped(Method method) {
        Run whole = run(method, 7);
        method.begin(whole);
        Toy.train(method, whole, 0, EPOCHS * STEPS);
        for (int stop : new int[] {1, 6, 7, 12, 16, 33}) {
            Run first = run(method, 7);
            method.begin(first);
            Toy.train(method, first, 0, stop);
            Run second = Toy.copy(first);
            Toy.train(method, second, stop, EPOCHS * STEPS);
            assertThat(state(second)).as("stopped before step %d", stop).isEqualTo(state(whole));
            assertThat(method.figures(second)).isEqualTo(method.figures(whole));
        }
    }

    /** Those that draw lots draw others with another seed. */
    @ParameterizedTest
    @MethodSource("methods")
    void theSeedDecides(Method method) {
        List<Object> states = Stream.of(7, 7, 8).<Object>map(seed -> {
            Run run = run(method, seed);
            method.begin(run);
            Toy.train(method, run, 0, 24);
            return state(run);
        }).toList();
        assertThat(states.get(0)).isEqualTo(states.get(1));
        boolean draws = method instanceof SoftUniformBlocks || method instanceof DynamicSparse || method instanceof GroupToGroup;
        if (draws) assertThat(states.get(0)).isNotEqualTo(states.get(2));
        else assertThat(states.get(0)).isEqualTo(states.get(2));
    }

    /** Under a hard or frozen mask the optimizer leaves dead weights and remembers nothing of them; under a straight-through one they get the gradient and the method's decay. */
    @ParameterizedTest
    @MethodSource("methods")
    void masksLeakNoGradientUnlessStraightThrough(Method method) {
        Run run = run(method, 7);
        method.begin(run);
        int dead = 0, living = 0;
        for (long s = 0; s < EPOCHS * STEPS; s++) {
            if (s % STEPS == 0) method.beforeEpoch(run, (int) s / STEPS);
            method.beforeForward(run, new Step(s, (int) s / STEPS, Toy.BATCH, Map.of()));
            Toy.gradients(run, s);
            Map<String, float[]> activations = new HashMap<>(), raw = new HashMap<>(), before = new HashMap<>();
            for (String name : method.watched(run, s)) activations.put(name, Toy.activation(name, Toy.BATCH * run.graph().shape(name).size(), s));
            for (Parameter p : run.parameters().all()) {
                raw.put(p.name(), p.gradient().clone());
                before.put(p.name(), p.values().clone());
            }
            if (!method.afterBackward(run, new Step(s, (int) s / STEPS, Toy.BATCH, activations))) continue;
            Map<String, float[]> changed = new HashMap<>();
            for (Parameter p : run.parameters().all()) changed.put(p.name(), p.gradient().clone());
            new Sgd(0.9, false, 0, false).step(run.parameters().all(), Toy.RATE, s);
            for (Parameter p : run.parameters().all()) {
                Mask mask = p.mask();
                float[] gradient = raw.get(p.name()), used = changed.get(p.name()), was = before.get(p.name());
                double decay = method instanceof SoftUniformBlocks subp ? subp.decay() : method instanceof SrSte sr ? sr.lambda() : 0;
                for (int i = 0; i < p.size(); i++) {
                    if (mask == null || mask.live()[i]) {
                        living++;
                        assertThat(used[i]).isEqualTo(gradient[i]);
                        continue;
                    }
                    dead++;
                    if (mask.kind() == Mask.Kind.STRAIGHT_THROUGH) {
                        float passes = method instanceof SoftUniformBlocks subp && subp.hard() ? 0 : gradient[i];
                        assertThat(used[i]).isEqualTo(passes + (float) (decay * was[i]));
                        if (used[i] != 0) assertThat(p.values()[i]).isNotEqualTo(was[i]);
                    } else {
                        assertThat(p.values()[i]).isEqualTo(mask.kind() == Mask.Kind.HARD ? 0 : was[i]);
                        assertThat(p.slots().getFirst()[i]).isZero();
                    }
                }
            }
        }
        assertThat(dead).isPositive();
        assertThat(living).isPositive();
    }

    /** What is chosen where a recipe says nothing but the name begins on a network and makes part of it dead. */
    @ParameterizedTest
    @MethodSource("defaults")
    void defaultsBegin(Method method) {
        Run run = method instanceof GroupToGroup ? run(method, 7) : Toy.run(Toy.convolutions(), 200, STEPS, 7, "point", "space");
        method.begin(run);
        Toy.train(method, run, 0, 1);
        assertThat(run.sparse()).allSatisfy(p -> assertThat(p.mask()).isNotNull());
        boolean atOnce = !(method instanceof GradualMagnitude || method instanceof SoftUniformBlocks);
        if (atOnce) assertThat(run.sparse()).allSatisfy(p -> assertThat(Toy.living(p)).isBetween(1, p.size() - 1));
    }

    static Stream<Method> defaults() {
        return Stream.of(GradualMagnitude.DEFAULT, OneShot.DEFAULT, SoftUniformBlocks.DEFAULT, SrSte.DEFAULT, DynamicSparse.DEFAULT, GroupToGroup.DEFAULT);
    }
}

package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemsTest {
    @ParameterizedTest
    @EnumSource
    void aSeedGivesOneProblem(Problems.Family family) {
        Problem a = Problems.one(family, 3), b = Problems.one(family, 3);
        assertThat(a.graph()).isEqualTo(b.graph());
        assertThat(a.inputs()).isEqualTo(b.inputs());
        assertThat(a.graph()).isNotEqualTo(Problems.one(family, 4).graph());
    }

    /** NaN or an infinity in the reference would hide differences. */
    @ParameterizedTest
    @EnumSource
    void expectedOutputsAreFinite(Problems.Family family) {
        for (int seed = 0; seed < 10; seed++) {
            Problem problem = Problems.one(family, seed);
            for (Tensor y : problem.expected()) for (float v : y.values()) assertThat(v).as(problem.name()).isFinite();
        }
    }

    @Test
    void everyOpAndActivationOccurs() {
        List<Op> ops = Stream.of(Problems.Family.values()).flatMap(f -> IntStream.range(0, 40).mapToObj(seed -> Problems.one(f, seed))).flatMap(p -> p.graph().nodes().stream())
                .map(n -> n.op()).toList();
        assertThat(names(ops.stream().map(Object::getClass))).isEqualTo(names(Stream.of(Op.class.getPermittedSubclasses())));
        Stream<Activation> activations = ops.stream().mapMulti((op, sink) -> {
            if (op instanceof Op.Conv conv) sink.accept(conv.activation());
        });
        assertThat(names(activations.map(Object::getClass))).isEqualTo(names(Stream.of(Activation.class.getPermittedSubclasses())));
    }

    @Test
    void weightsHaveEveryRegion() {
        List<Op.Conv> convs = IntStream.range(0, 200).mapToObj(seed -> (Op.Conv) Problems.one(Problems.Family.POINTWISE, seed).graph().nodes().getFirst().op()).toList();
        assertThat(convs).anyMatch(c -> c.weight().nonzeros() == 0 && c.weight().size() > 50);
        assertThat(convs).anyMatch(c -> c.weight().nonzeros() == 1 && c.weight().size() > 50);
        assertThat(convs).anyMatch(c -> c.weight().sparsity() == 0 && c.weight().size() > 50);
        assertThat(convs).anyMatch(c -> c.weight().sparsity() > 0.5 && c.weight().sparsity() < 0.95 && c.weight().size() > 50);
    }

    private static Set<String> names(Stream<? extends Class<?>> classes) { return classes.map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new)); }
}

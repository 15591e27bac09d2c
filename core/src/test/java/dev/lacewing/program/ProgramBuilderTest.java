package dev.lacewing.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.Gemm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramBuilderTest {
    private final ProgramBuilder b = new ProgramBuilder(Machine.AVX2);

    @Test void vectorsRunOutAtTheMachinesBudget() {
        assertThat(b.vecs(16)).hasSize(16);
        assertThat(b.free()).isZero();
        assertThatThrownBy(b::vec).isInstanceOf(Invalid.class).hasMessageContaining("16").hasMessageContaining("avx2");
    }

    @Test void aKernelTooLargeForAMachineIsRefused() {
        assertThat(Gemm.program(8, 2, Epilogue.NONE, false, false, Machine.AVX512).vectors()).isEqualTo(8 * 2 + 2 + 1);
        assertThatThrownBy(() -> Gemm.program(8, 2, Epilogue.NONE, false, false, Machine.AVX2)).isInstanceOf(Invalid.class);
    }

    @Test void scopesGiveRegistersBack() {
        List<Vec> inner = new ArrayList<>();
        Vec outer = b.vec();
        b.scope(() -> inner.add(b.vec()));
        Vec next = b.vec();
        assertThat(next.reg()).isEqualTo(inner.getFirst().reg()).isNotEqualTo(outer.reg());
        assertThatThrownBy(() -> b.add(outer, outer, inner.getFirst())).isInstanceOf(Invalid.class).hasMessageContaining("scope");
    }

    @Test void pointersAndCountersEndWithTheirScopeToo() {
        List<Ptr> pointers = new ArrayList<>();
        List<Int> counters = new ArrayList<>();
        b.scope(() -> {
            pointers.add(b.argument(0));
            counters.add(b.count(1));
        });
        assertThatThrownBy(() -> b.load(pointers.getFirst(), 0)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> b.loop(counters.getFirst(), 1, () -> {})).isInstanceOf(Invalid.class);
    }

    @Test void clampTakesConstantLimitsOnly() {
        Vec v = b.vec(), zero = b.constant(0f), six = b.constant(6f), infinity = b.constant(Float.POSITIVE_INFINITY), minusZero = b.constant(-0f), one = b.constant(1f);
        b.clamp(v, zero, six);
        b.clamp(v, zero, infinity);
        assertThatThrownBy(() -> b.clamp(v, minusZero, six)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> b.clamp(v, one, six)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> b.clamp(v, zero, zero)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> b.clamp(v, zero, v)).isInstanceOf(Invalid.class).hasMessageContaining("constants");
        b.add(six, six, one);
        assertThatThrownBy(() -> b.clamp(v, zero, six)).as("no longer constant").isInstanceOf(Invalid.class);
    }

    @Test void scratchIsAVectorOfItsOwn() {
        Vec x = b.vec(), sum = b.vec(), scratch = b.vec();
        Ptr at = b.argument(0);
        b.fmaSplats(List.of(sum, x), x, scratch, at, 0);
        assertThatThrownBy(() -> b.fmaSplats(List.of(sum), x, x, at, 0)).isInstanceOf(Invalid.class).hasMessageContaining("scratch");
        assertThatThrownBy(() -> b.fmaSplats(List.of(x, sum), x, sum, at, 0)).isInstanceOf(Invalid.class).hasMessageContaining("scratch");
    }

    @Test void stepsArePowersOfTwo() {
        Int n = b.count(0);
        for (int step : new int[] {0, -1, 3, 6, Integer.MIN_VALUE}) assertThatThrownBy(() -> b.loop(n, step, () -> {})).isInstanceOf(Invalid.class);
    }

    @Test void tellsWhichSlotsAreRead() {
        assertThat(b.build("none").slots()).isZero();
        b.argument(2);
        b.count(4);
        b.count(b.argument(1), 80);
        b.advanceByArgument(b.argument(1), 9);
        b.count(b.arguments(6, 2), 48);
        assertThat(b.build("some").slots()).isEqualTo(0b10_1101_0110);
        assertThatThrownBy(() -> b.argument(64)).isInstanceOf(Invalid.class);
    }

    @Test void anArgumentBlockIsInTheOrderOfItsSlots() {
        b.argument(1);
        b.count(3);
        Program program = b.build("two");
        assertThat(new ArgumentBlock<Integer>(program).set(3, 30).set(4, 40).set(1, 10).values(0)).containsExactly(0, 10, 0, 30, 40);
        ArgumentBlock<Integer> partly = new ArgumentBlock<Integer>(program).set(1, 10).set(4, 40);
        assertThatThrownBy(() -> partly.values(0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("two reads slot 3");
        assertThatThrownBy(() -> partly.set(1, 10)).isInstanceOf(IllegalStateException.class).hasMessageContaining("slot 1 ");
        assertThatThrownBy(() -> partly.set(64, 0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("64");
    }

    /** However it is reached. */
    @Test void slotsAreNoted() {
        b.count(b.arguments(1, 1), 16);
        b.index(b.argument(3), b.arguments(1, 1), 32);
        assertThat(b.build("some").slots()).isEqualTo(0b11110);
    }

    @Test void theArgumentBlockStays() { assertThatThrownBy(() -> b.advance(b.arguments(0, 1), 8)).isInstanceOf(Invalid.class); }

    @Test void noMachineOfOtherWidths() { assertThatThrownBy(() -> Machine.ofLanes(2)).isInstanceOf(Invalid.class).hasMessageContaining("2 lanes"); }
}

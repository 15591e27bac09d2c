package dev.lacewing.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.kernel.Clear;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Buffer;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.plan.Plan.Code;
import dev.lacewing.plan.Plan.Step;
import dev.lacewing.plan.Sketch;
import dev.lacewing.plan.Words;
import dev.lacewing.program.Machine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
    private static Plan plan(long arenaFloats) {
        Words constants = new Words();
        for (int i = 0; i < 1000; i++) constants.add(i);
        Call call = new Call(new Code.Generated(Clear.program(Machine.WASM)),
                List.of(new Argument.Memory(1, 12), new Argument.Constant(40), new Argument.Scalar(-7), new Argument.Scalar(3)));
        return new Plan(new Sketch(1).graph("x"), 4, 1, Map.of(), Map.of(), List.of(new Buffer("a", 0, 64, 0, 0), new Buffer("b", 64, 64, 0, 0)), arenaFloats, constants,
                List.of(new Step(0, "clear", List.of(List.of(call), List.of(call)))), List.of(), Map.of());
    }

    @Test void blocksThenConstantsThenArena() {
        MemoryMap map = MemoryMap.of(plan(128));
        assertThat(map.constants()).isEqualTo(128);   // after 2 blocks of 4 slots of 8 bytes, from 64 on
        assertThat(map.arena()).isEqualTo(8192);
        assertThat(map.blocks()).containsExactly(8192 + 4 * 64 + 12, 128 + 40, -7, 3, 8192 + 4 * 64 + 12, 128 + 40, -7, 3);
        assertThat(map.pages()).isEqualTo(1);
        assertThat(map.steps().getFirst().calls().shares().stream().map(s -> s.getFirst().arguments())).containsExactly(64, 96);
    }

    @Test void refusesWhatAPageCannotHave() {
        long most = ((1L << 31) - (1 << 16) - 8192) / 4;
        assertThat(MemoryMap.of(plan(most)).pages()).isEqualTo(32767);
        assertThatThrownBy(() -> MemoryMap.of(plan(most + 1))).isInstanceOf(Unsupported.class).hasMessageContaining("2047 MB").hasMessageContaining("smaller input or batch");
    }
}

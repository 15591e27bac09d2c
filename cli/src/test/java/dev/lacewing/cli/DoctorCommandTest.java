package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.Tier;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Machine;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {
    private static final String MODULE = "--add-modules jdk.incubator.vector";

    @Test
    void machineCodeForAvx512NeedsNoVectorModule() {
        assertThat(DoctorCommand.advice(tier("jvm", Machine.SCALAR), false)).anySatisfy(line -> assertThat(line).contains(MODULE));
        assertThat(DoctorCommand.advice(tier("jvm", Machine.AVX512), true)).noneSatisfy(line -> assertThat(line).contains(MODULE));
        assertThat(DoctorCommand.advice(tier("x64", Machine.AVX2), false)).anySatisfy(line -> assertThat(line).contains(MODULE));
        assertThat(DoctorCommand.advice(tier("x64", Machine.AVX512), false)).noneSatisfy(line -> assertThat(line).contains(MODULE));
    }

    private static Tier tier(String name, Machine machine) { return new Tier(name, Interpreter::new, machine, "as the test wants it"); }
}

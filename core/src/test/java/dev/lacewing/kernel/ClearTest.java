package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ClearTest {
    static final java.util.List<Machine> MACHINES = Machine.ALL;

    @ParameterizedTest @FieldSource("MACHINES")
    void clearsTheRegionsAndNothingElse(Machine m) {
        Runs runs = new Runs(Clear.program(m));
        try (Arena arena = Arena.ofConfined()) {
            for (int count = 0; count < 4; count++) {
                for (int vectors = 0; vectors < 4; vectors++) {
                    int pitch = vectors * m.lanes() + 3;
                    Floats y = new Floats(arena, Math.max(0, count * pitch - 3));
                    runs.check(runs.block().set(Clear.Y, y.address()).set(Clear.COUNT, count).set(Clear.VECTORS, vectors).set(Clear.PITCH, 4L * pitch), y);
                    y.guardsUntouched();
                    for (int i = 0; i < y.size; i++) {
                        if (i % pitch < pitch - 3) assertThat(y.get(i)).isZero();
                        else assertThat(y.untouched(i)).isTrue();
                    }
                }
            }
        }
    }
}

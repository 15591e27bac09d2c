package dev.lacewing.emit.wasm;

import dev.lacewing.program.Instruction;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Program;
import dev.lacewing.program.Vec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The vectors that hold one constant as long as they live. */
final class Known {
    private final Map<Integer, Float> constants = new HashMap<>();
    private final Set<Integer> written = new HashSet<>();

    Known(Program program) { find(program.code()); }

    @Nullable Float constant(Vec v) { return constants.get(v.id()); }

    private void find(List<Instruction> code) {
        for (Instruction i : code)
            switch (i) {
                case Constant(Vec to, float value) -> { if (write(to)) constants.put(to.id(), value); }
                case Load(var to, var _, var _) -> write(to);
                case Splat(var to, var _, var _) -> write(to);
                case Copy(var to, var _) -> write(to);
                case Fma(var acc, var _, var _) -> write(acc);
                case FmaSplats(var accs, var _, var scratch, var _, var _) -> {
                    accs.forEach(this::write);
                    write(scratch);
                }
                case Binary(var _, var to, var _, var _) -> write(to);
                case Clamp(var v, var _, var _) -> write(v);
                case Deinterleave(var _, var to, var _, var _) -> write(to);
                case Loop(var _, var _, var body) -> find(body);
                case Store _, StoreFirst _, Prefetch _, PrefetchCode _, Argument _, Index _, Move _, Advance _, AdvanceBy _, Count _ -> { }
            }
    }

    /** For the first time. */
    private boolean write(Vec v) {
        constants.remove(v.id());
        return written.add(v.id());
    }
}

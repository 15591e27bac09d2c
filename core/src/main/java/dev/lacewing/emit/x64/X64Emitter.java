package dev.lacewing.emit.x64;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Emitter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Emits a program as x86-64 machine code. Its memory is given back when its kernel is no longer reachable. */
public final class X64Emitter implements Emitter {
    private final boolean avx512;

    /** @throws Failed if this machine does not run such code */
    public X64Emitter() { this(Support.current().lanes() == 16); }

    /** @param avx512 whether to use it: not more than {@link Support} says */
    public X64Emitter(boolean avx512) {
        Support support = Support.current();
        if (support.lanes() < (avx512 ? 16 : 8)) throw new Failed(support.reason());
        this.avx512 = avx512;
    }

    /** Zeroed memory for kernels, given back with the arena, that the system holds in large pages if it can; null if it is not asked or gives none. */
    public static @Nullable MemorySegment allocate(long bytes, Arena arena) { return LargePages.allocate(bytes, arena); }

    /**
     * @throws Invalid if the program needs more registers or wider vectors than there are
     * @throws Failed if the system gives no memory for code
     */
    @Override public Kernel emit(Program program) {
        byte[] code = Encoder.encode(program, avx512);
        try {
            return NativeCode.of(code);
        } catch (Failed e) {
            throw new Failed(e.getMessage() + ", or use -Dlacewing.tier=jvm", e);
        }
    }
}

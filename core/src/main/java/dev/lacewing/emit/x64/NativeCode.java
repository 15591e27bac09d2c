package dev.lacewing.emit.x64;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.program.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * Machine code in memory of its own, which is writable first and executable afterwards, never both, and is given back when this object is no longer
 * reachable. For Linux and macOS on x86-64.
 */
final class NativeCode implements Kernel {
    static final FunctionDescriptor TYPE = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    /**
     * One handle for every function, the system's as well, because each new type of function costs milliseconds when a process starts. The function's address
     * comes first; what it has no parameters for is ignored by it, and so is a result that it does not give.
     */
    private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(TYPE, Linker.Option.critical(false));

    private final MemorySegment memory;

    private NativeCode(MemorySegment memory) { this.memory = memory; }

    /** @throws Failed if the system gives no memory or does not let it become executable */
    static NativeCode of(byte[] code) {
        long length = code.length, address = SystemMemory.map(length, "machine code");
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(length, Arena.ofAuto(), s -> SystemMemory.unmap(s.address(), s.byteSize()));
        MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
        SystemMemory.makeExecutable(address, length);
        return new NativeCode(memory);
    }

    @Override public void run(long arguments) { run(0, arguments, 0, 0); }

    @Override public long address() { return memory.address(); }

    /** Calls the function {@code offset} bytes into the code. */
    long run(int offset, long a, long b, long c) {
        try {
            return call(offset == 0 ? memory : memory.asSlice(offset), a, b, c, 0, 0, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    MemorySegment memory() { return memory; }

    /** Calls a function of up to six arguments at once, without the steps by which the JVM's garbage collector could run beside it: it must be short. */
    static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) CALL.invokeExact(function, a, b, c, d, e, f);
        } catch (RuntimeException | Error x) {
            throw x;
        } catch (Throwable x) {
            throw new AssertionError(x);
        }
    }
}

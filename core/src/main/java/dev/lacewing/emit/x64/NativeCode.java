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
    private static final int READ = 1, WRITE = 2, EXECUTE = 4, PRIVATE = 2, ANONYMOUS_LINUX = 0x20, ANONYMOUS_MACOS = 0x1000;

    /**
     * One handle for every function, the system's as well, because each new type of function costs milliseconds when a process starts. The function's address
     * comes first; what it has no parameters for is ignored by it, and so is a result that it does not give.
     */
    private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), Linker.Option.critical(false));
    private static final boolean IS_MACOS = System.getProperty("os.name", "").startsWith("Mac");
    private static final MemorySegment MMAP = system("mmap"), MPROTECT = system("mprotect"), MUNMAP = system("munmap"), STRERROR = system("strerror"),
            ERRNO = system(IS_MACOS ? "__error" : "__errno_location");

    private final MemorySegment memory;

    private NativeCode(MemorySegment memory) { this.memory = memory; }

    private static MemorySegment system(String function) { return Linker.nativeLinker().defaultLookup().findOrThrow(function); }

    /** @throws Failed if the system gives no memory or does not let it become executable */
    static NativeCode of(byte[] code) {
        long length = code.length, address = map(length);
        if (address == -1) throw new Failed("the system gave no memory for " + length + " bytes of machine code (" + error() + "): give the process more");
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(length, Arena.ofAuto(), s -> unmap(s.address(), s.byteSize()));
        MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
        if ((int) call(MPROTECT, address, length, READ | EXECUTE, 0, 0, 0) != 0)
            throw new Failed("the system does not let memory become executable (" + error() + "): allow it for this process");
        return new NativeCode(memory);
    }

    /** The address of so many bytes of new memory, readable and writable and zero; -1 if the system gives none. */
    static long map(long bytes) {
        return call(MMAP, 0, bytes, READ | WRITE, PRIVATE | (IS_MACOS ? ANONYMOUS_MACOS : ANONYMOUS_LINUX), -1, 0);
    }

    static void unmap(long address, long bytes) { call(MUNMAP, address, bytes, 0, 0, 0, 0); }

    /** Calls a function of the system, with up to three arguments. */
    static int call(String function, long a, long b, long c) { return (int) call(system(function), a, b, c, 0, 0, 0); }

    /** What went wrong in the call before, in the system's words. */
    private static String error() {
        int number = MemorySegment.ofAddress(call(ERRNO, 0, 0, 0, 0, 0, 0)).reinterpret(Integer.BYTES).get(ValueLayout.JAVA_INT, 0);
        return MemorySegment.ofAddress(call(STRERROR, number, 0, 0, 0, 0, 0)).reinterpret(Short.MAX_VALUE).getString(0);
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

    private static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) CALL.invokeExact(function, a, b, c, d, e, f);
        } catch (RuntimeException | Error x) {
            throw x;
        } catch (Throwable x) {
            throw new AssertionError(x);
        }
    }
}

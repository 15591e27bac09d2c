package dev.lacewing.emit.x64;

import dev.lacewing.error.LacewingException.Failed;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Memory in whole pages, straight from the system. For Linux and macOS on x86-64. */
final class SystemMemory {
    private static final int READ = 1, WRITE = 2, EXECUTE = 4, PRIVATE = 2, ANONYMOUS_LINUX = 0x20, ANONYMOUS_MACOS = 0x1000, HUGEPAGE = 14;
    private static final boolean IS_MACOS = System.getProperty("os.name", "").startsWith("Mac");
    private static final MemorySegment MMAP = system("mmap"), MPROTECT = system("mprotect"), MUNMAP = system("munmap"), MADVISE = system("madvise"), STRERROR = system("strerror");

    /** What is given back at once: a thread in such a call holds up the garbage collector, and with it the process, for less than a millisecond then. */
    private static final long PIECE = 8 << 20;

    private SystemMemory() {}

    private static MemorySegment system(String function) { return Linker.nativeLinker().defaultLookup().findOrThrow(function); }

    /**
     * The address of so many bytes of new memory, readable and writable and zero.
     *
     * @param what stands in it, for the message
     * @throws Failed if the system gives none
     */
    static long map(long bytes, String what) {
        long rights = READ | WRITE, kind = PRIVATE | (IS_MACOS ? ANONYMOUS_MACOS : ANONYMOUS_LINUX);
        long address = NativeCode.call(MMAP, 0, bytes, rights, kind, -1, 0);
        if (address != -1) return address;
        Answer again = Answer.of(MMAP, 0, bytes, rights, kind, -1, 0);
        if (again.result != -1) return again.result;
        throw new Failed("the system gave no memory for " + bytes + " bytes of " + what + " (" + again.error() + "): give the process more");
    }

    /**
     * Lets memory be read and executed, and no longer written.
     *
     * @throws Failed if the system does not
     */
    static void makeExecutable(long address, long bytes) {
        if ((int) NativeCode.call(MPROTECT, address, bytes, READ | EXECUTE, 0, 0, 0) == 0) return;
        Answer again = Answer.of(MPROTECT, address, bytes, READ | EXECUTE, 0, 0, 0);
        if ((int) again.result != 0) throw new Failed("the system does not let memory become executable (" + again.error() + "): allow it for this process");
    }

    /** Asks for large pages: Linux only. The system may decline. */
    static void preferLargePages(long address, long bytes) { NativeCode.call(MADVISE, address, bytes, HUGEPAGE, 0, 0, 0); }

    static void unmap(long address, long bytes) {
        long end = address + bytes;
        for (long at = address, next; at < end; at = next) {
            next = Math.min(end, (at / PIECE + 1) * PIECE);   // no large page is cut
            NativeCode.call(MUNMAP, at, next - at, 0, 0, 0, 0);
        }
    }

    /**
     * What a function gave that failed before: called again, by a handle that keeps the reason, since the JVM may overwrite it between two calls. That handle takes
     * milliseconds to make, so that only a failure pays for it.
     */
    private record Answer(long result, int errno) {
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
        private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(NativeCode.TYPE, Linker.Option.captureCallState("errno"));

        static Answer of(MemorySegment function, long a, long b, long c, long d, long e, long f) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                long result = (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
                return new Answer(result, (int) ERRNO.get(state, 0L));
            } catch (RuntimeException | Error x) {
                throw x;
            } catch (Throwable x) {
                throw new AssertionError(x);
            }
        }

        /** In the system's words. */
        String error() { return MemorySegment.ofAddress(NativeCode.call(STRERROR, errno, 0, 0, 0, 0, 0)).reinterpret(Short.MAX_VALUE).getString(0); }
    }
}

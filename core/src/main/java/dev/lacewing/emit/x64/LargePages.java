package dev.lacewing.emit.x64;

import dev.lacewing.error.LacewingException.Failed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Memory that Linux is asked to hold in pages of 2 MB instead of 4 KB: what is read once a run, like the weights of a large fully connected layer, then comes in faster,
 * because the processor looks up fewer addresses and fetches ahead further. The system may decline; the memory is as good then as any. It comes from the system and not
 * from the JVM: {@code -XX:MaxDirectMemorySize} does not limit it, and the JVM's native memory tracking does not see it.
 */
final class LargePages {
    private static final long PAGE = 2 << 20;
    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    private LargePages() {}

    /** Zeroed memory that is given back when the arena is closed; null for less than a page, or where the system is not asked or gives none. */
    static @Nullable MemorySegment allocate(long bytes, Arena arena) {
        if (bytes < PAGE || !LINUX) return null;
        long mapped = Math.ceilDiv(bytes, PAGE) * PAGE + PAGE, address;
        try {
            address = SystemMemory.map(mapped, "buffers");
        } catch (Failed e) {
            return null;   // the JVM may have some
        }
        long start = Math.ceilDiv(address, PAGE) * PAGE;
        SystemMemory.preferLargePages(start, mapped - PAGE);
        try {
            return MemorySegment.ofAddress(start).reinterpret(bytes, arena, s -> SystemMemory.unmap(address, mapped));
        } catch (RuntimeException e) {
            SystemMemory.unmap(address, mapped);
            throw e;
        }
    }
}

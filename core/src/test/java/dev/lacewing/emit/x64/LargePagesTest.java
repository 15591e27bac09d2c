package dev.lacewing.emit.x64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LargePagesTest {
    private static final long PAGE = 2 << 20;

    @Test void memoryIsZeroWritableAndFromTheStartOfAPage() {
        assumeTrue(Support.current().lanes() > 0 && System.getProperty("os.name", "").equals("Linux"), "needs Linux on x86-64");
        try (Arena arena = Arena.ofShared()) {
            assertThat(LargePages.allocate(PAGE - 1, arena)).isNull();
            MemorySegment memory = LargePages.allocate(PAGE + 5, arena);
            assertThat(memory).isNotNull();
            assertThat(memory.byteSize()).isEqualTo(PAGE + 5);
            assertThat(memory.address() % PAGE).isZero();
            for (long at : new long[] {0, PAGE - 1, PAGE + 4}) {
                assertThat(memory.get(ValueLayout.JAVA_BYTE, at)).isZero();
                memory.set(ValueLayout.JAVA_BYTE, at, (byte) 7);
                assertThat(memory.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) 7);
            }
        }
    }

    /** As the system's own list says. */
    @Test void theSystemIsAskedForLargePagesAndAllIsGivenBack() throws IOException {
        assumeTrue(Support.current().lanes() > 0 && Files.isDirectory(Path.of("/sys/kernel/mm/transparent_hugepage")), "needs Linux with large pages on x86-64");
        long from, bytes = 20 * PAGE + 5, end;
        try (Arena arena = Arena.ofShared()) {
            from = Objects.requireNonNull(LargePages.allocate(bytes, arena)).address();
            end = from + bytes;
            List<Mapping> mappings = mappings(from, end);
            assertThat(mappings).isNotEmpty().allSatisfy(m -> assertThat(m.flags).contains("hg"));
            assertThat(mappings.stream().mapToLong(m -> Math.min(m.end, end) - Math.max(m.from, from)).sum()).isEqualTo(bytes);
        }
        assertThat(mappings(from, end)).noneMatch(m -> m.flags.contains("hg"));
    }

    private record Mapping(long from, long end, List<String> flags) {}

    /** Those that hold some of these bytes. */
    private static List<Mapping> mappings(long from, long end) throws IOException {
        List<Mapping> found = new ArrayList<>();
        long[] range = {0, 0};
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            String[] words = line.split("[ -]");
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) range = new long[] {Long.parseUnsignedLong(words[0], 16), Long.parseUnsignedLong(words[1], 16)};
            else if (line.startsWith("VmFlags:") && range[0] < end && range[1] > from) found.add(new Mapping(range[0], range[1], List.of(line.split(" +"))));
        }
        return found;
    }

    @Test void nothingStaysWhereTheArenaIsClosed() throws IOException {
        assumeTrue(Support.current().lanes() > 0 && Files.isReadable(Path.of("/proc/self/status")), "needs Linux on x86-64");
        Arena arena = Arena.ofShared();
        arena.close();
        long before = mappedKilobytes();
        assertThatThrownBy(() -> LargePages.allocate(1 << 30, arena)).isInstanceOf(IllegalStateException.class);
        assertThat(mappedKilobytes() - before).isLessThan(1 << 19);
    }

    private static long mappedKilobytes() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmSize:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}

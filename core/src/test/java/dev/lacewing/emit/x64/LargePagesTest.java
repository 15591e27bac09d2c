package dev.lacewing.emit.x64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
}

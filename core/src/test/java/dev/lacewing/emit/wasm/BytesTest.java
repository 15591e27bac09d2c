package dev.lacewing.emit.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Variable-length integers by hand, and read again. */
class BytesTest {
    @Test void unsigned() {
        assertThat(new Bytes().unsigned(0).toArray()).containsExactly(0);
        assertThat(new Bytes().unsigned(127).toArray()).containsExactly(0x7F);
        assertThat(new Bytes().unsigned(128).toArray()).containsExactly(0x80, 1);
        assertThat(new Bytes().unsigned(624485).toArray()).containsExactly(0xE5, 0x8E, 0x26);
        assertThat(new Bytes().unsigned(-1).toArray()).containsExactly(0xFF, 0xFF, 0xFF, 0xFF, 0x0F);
    }

    @Test void signed() {
        assertThat(new Bytes().signed(0).toArray()).containsExactly(0);
        assertThat(new Bytes().signed(63).toArray()).containsExactly(63);
        assertThat(new Bytes().signed(64).toArray()).containsExactly(0xC0, 0);
        assertThat(new Bytes().signed(-1).toArray()).containsExactly(0x7F);
        assertThat(new Bytes().signed(-64).toArray()).containsExactly(0x40);
        assertThat(new Bytes().signed(-65).toArray()).containsExactly(0xBF, 0x7F);
        assertThat(new Bytes().signed(-123456).toArray()).containsExactly(0xC0, 0xBB, 0x78);
        assertThat(new Bytes().signed(Integer.MIN_VALUE).toArray()).containsExactly(0x80, 0x80, 0x80, 0x80, 0x78);
    }

    @Test void everyNumberIsReadAgain() {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            int n = random.nextInt() >> random.nextInt(32);
            assertThat((int) read(new Bytes().unsigned(n).toArray(), false)).isEqualTo(n);
            assertThat(read(new Bytes().signed(n).toArray(), true)).isEqualTo(n);
        }
    }

    /** Seven bits a byte, the lowest first. */
    private static long read(byte[] bytes, boolean signed) {
        long value = 0;
        for (int i = 0; i < bytes.length; i++) value |= (bytes[i] & 0x7FL) << 7 * i;
        int unused = 64 - 7 * bytes.length;
        return signed ? value << unused >> unused : value;
    }

    @Test void sizedContentAndNames() {
        assertThat(new Bytes().sized(new Bytes().put(1, 2, 3)).name("é").put32(0x04030201).toArray()).containsExactly(3, 1, 2, 3, 2, 0xC3, 0xA9, 1, 2, 3, 4);
        Bytes large = new Bytes();
        for (int i = 0; i < 1000; i++) large.put(i);
        assertThat(new Bytes().sized(large).toArray()).hasSize(1002).startsWith(0xE8, 7, 0, 1).endsWith(999 & 0xFF);
    }
}

package dev.lacewing.emit.x64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class NativeCodeTest {
    private static final byte[] RETURN_FIRST = {0x48, (byte) 0x89, (byte) 0xF8, (byte) 0xC3};   // mov rax, rdi; ret

    @Test void isExecutableAndNotWritable() throws IOException {
        assumeTrue(Support.current().lanes() > 0 && Files.isReadable(Path.of("/proc/self/maps")), "needs x86-64 and Linux");
        NativeCode code = NativeCode.of(RETURN_FIRST);
        assertThat(code.run(0, 42, 0, 0)).isEqualTo(42);
        assertThat(rights(code.memory().address())).isEqualTo("r-xp");
    }

    /** A mapping of no length. */
    @Test void whatTheSystemRefusesItSays() {
        assumeTrue(Support.current().lanes() > 0, "needs x86-64");
        assertThatThrownBy(() -> NativeCode.of(new byte[0])).isInstanceOf(Failed.class).hasMessageContaining("0 bytes of machine code (Invalid argument)");
    }

    @Test void isUnmappedWhenNoLongerReachable() throws IOException, InterruptedException {
        assumeTrue(Support.current().lanes() > 0 && Files.isReadable(Path.of("/proc/self/maps")), "needs x86-64 and Linux");
        long[] addresses = new long[50];
        for (int i = 0; i < addresses.length; i++) addresses[i] = NativeCode.of(RETURN_FIRST).memory().address();
        int left = addresses.length;
        for (int i = 0; i < 100 && left > 10; i++) {
            System.gc();
            Thread.sleep(10);
            left = 0;
            for (long address : addresses) if (rights(address).equals("r-xp")) left++;
        }
        assertThat(left).as("of 50 mappings").isLessThanOrEqualTo(10);
    }

    /** Of the pages at an address; neighbouring ones of the same rights share a line. */
    private static String rights(long address) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            String[] words = line.split(" "), range = words[0].split("-");
            if (Long.parseUnsignedLong(range[0], 16) <= address && address < Long.parseUnsignedLong(range[1], 16)) return words[1];
        }
        return "none";
    }

    @Test void whatIsMissingIsSaid() {
        assertThat(Support.detect("aarch64", "Linux", false).reason()).contains("aarch64");
        assertThat(Support.detect("amd64", "Windows 11", true).reason()).contains("Windows");
        assertThat(Support.detect("x86_64", "Mac OS X", false).reason()).contains("Mac OS X").contains(Support.UNTESTED);
        int one = 1 << 27 | 1 << 28 | 1 << 12, avx2 = 1 << 5, avx512 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
        assertThat(Support.of(one, avx2 | avx512, 0xE7).lanes()).isEqualTo(16);
        assertThat(Support.of(one, avx2 | avx512, 7).lanes()).as("the system does not save 512 bits").isEqualTo(8);
        assertThat(Support.of(one, avx2 | 1 << 16, 0xE7).lanes()).as("AVX-512 F alone").isEqualTo(8);
        assertThat(Support.of(one, avx2, 7).features()).isEqualTo(List.of("AVX", "FMA", "AVX2"));
        assertThat(Support.of(one, avx2, 3).lanes()).as("the system does not save 256 bits").isZero();
        assertThat(Support.of(1 << 27 | 1 << 28, avx2, 7).reason()).contains("AVX2 with FMA");
    }

    /** The system knows them by the same names in small letters. */
    @Test void featuresAreThoseThatTheSystemSees() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        assumeTrue(System.getProperty("os.arch").equals("amd64") && Files.isReadable(info), "needs x86-64 and Linux");
        String flags = Files.readAllLines(info).stream().filter(l -> l.startsWith("flags")).findFirst().orElseThrow() + " ";
        for (String feature : List.of("AVX", "FMA", "AVX2", "AVX512F", "AVX512DQ", "AVX512BW", "AVX512VL"))
            assertThat(Support.current().features().contains(feature)).as(feature).isEqualTo(flags.contains(" " + feature.toLowerCase(Locale.ROOT) + " "));
    }

    @Test void moreThanThereIs() {
        assumeTrue(Support.current().lanes() < 16, "a processor without AVX-512");
        assertThatThrownBy(() -> new X64Emitter(true)).isInstanceOf(Failed.class);
    }
}

package dev.lacewing.emit.x64;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.Missing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembler's bytes are those of the GNU assembler, for random operands of every form. */
class AssemblerTest {
    private static final String REQUIRED = "lacewing.test.as";
    private static final int ROUNDS = 300;
    private static final String[] WIDTHS = {"xmm", "ymm", "zmm"};
    private static final String[] R64 = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
    private static final String[] R32 = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"};

    private final Random random = new Random(7);
    private final Assembler out = new Assembler();
    private final List<String> lines = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private int constant;

    @Test void equalsTheGnuAssembler(@TempDir Path folder) throws IOException, InterruptedException {
        if (!has("as") || !has("objcopy")) throw Missing.tool(REQUIRED, "this test needs as and objcopy: install the package binutils");
        lines.add("start:");
        ends.add(0);
        for (int i = 0; i < ROUNDS; i++) {
            for (Simd op : Simd.values()) if (op != Simd.VMASKMOVPS_STORE) vector(op);
            general();
        }
        jumps();
        prefetchOfTheCode();
        done("ret", out::ret);
        byte[] code = out.toArray(), text = assembled(folder);
        int start = 0;
        for (int i = 0; i < lines.size(); i++) {
            int end = ends.get(i);
            assertThat(hex(code, start, end)).as(lines.get(i)).isEqualTo(hex(text, start, end));
            start = end;
        }
        assertThat(text.length).isEqualTo(code.length - 4 * constant);
    }

    private void vector(Simd op) {
        int width = op.isScalar() ? 0 : op == Simd.VPERMPD || op == Simd.VBROADCASTSS && random.nextBoolean() ? 1 : random.nextInt(3);
        boolean two = switch (op) { case VMOVUPS, VMOVUPS_STORE, VMOVSS, VMOVSS_STORE, VMOVAPS, VBROADCASTSS, VPERMPD -> true; default -> false; };
        boolean immediate = switch (op) { case VSHUFPS, VPERMPD, VRANGEPS, VRANGESS -> true; default -> false; };
        boolean memoryOnly = switch (op) { case VMOVUPS, VMOVUPS_STORE, VMOVSS, VMOVSS_STORE, VBROADCASTSS -> true; default -> false; };
        boolean store = op == Simd.VMOVUPS_STORE || op == Simd.VMOVSS_STORE;
        int registers = random.nextInt(4) > 0 ? 16 : 32, to = random.nextInt(registers), a = two ? 0 : random.nextInt(registers), value = random.nextInt(8);
        int b = op == Simd.VMOVAPS && to < 8 ? random.nextInt(8) : random.nextInt(registers);   // else as moves with the operands exchanged, which is shorter
        String name = op.name().toLowerCase(Locale.ROOT).replace("_store", "");
        String head = vec(width, to) + (two ? "" : ", " + vec(width, a)), tail = immediate ? ", " + value : "";
        if (!memoryOnly && random.nextInt(3) == 0) {
            if (immediate) done(name + " " + head + ", " + vec(width, b) + tail, () -> out.vector(op, width, to, a, b, value));
            else done(name + " " + head + ", " + vec(width, b), () -> out.vector(op, width, to, a, b));
            return;
        }
        if (op == Simd.VMOVAPS || op == Simd.VPERMPD) return;
        boolean broadcast = !memoryOnly && !op.isScalar() && random.nextBoolean();
        String size = broadcast || op.isScalar() || op == Simd.VBROADCASTSS ? "DWORD" : new String[] {"XMMWORD", "YMMWORD", "ZMMWORD"}[width];
        boolean pool = random.nextInt(8) == 0 && !immediate;
        int base = pool ? Assembler.POOL : random.nextInt(16), disp = pool ? out.constants(++constant) : displacement();
        String memory = size + (broadcast ? " BCST " : " PTR ") + (pool ? "[rip + pool + " + disp + "]" : address(base, disp));
        String text = name + " " + (store ? memory + ", " + head : head + ", " + memory) + tail;
        if (immediate) done(text, () -> out.vector(op, width, to, a, base, disp, broadcast, value));
        else done(text, () -> out.vector(op, width, to, a, base, disp, broadcast));
    }

    private void general() {
        int a = random.nextInt(16), b = random.nextInt(16), disp = displacement(), value = random.nextBoolean() ? random.nextInt(256) - 128 : random.nextInt();
        String at = address(b, disp);
        done("mov " + R64[a] + ", " + at, () -> out.load64(a, b, disp));
        done("mov " + R32[a] + ", " + at, () -> out.load32(a, b, disp));
        done("movsxd " + R64[a] + ", DWORD PTR " + at, () -> out.load32SignExtended(a, b, disp));
        done("mov " + at + ", " + R64[a], () -> out.store64(a, b, disp));
        done("mov " + at + ", " + R32[a], () -> out.store32(a, b, disp));
        done("add " + R64[a] + ", " + at, () -> out.add(a, b, disp));
        done("mov " + R64[a] + ", " + R64[b], () -> out.move(a, b));
        done("add " + R64[a] + ", " + R64[b], () -> out.add(a, b));
        done("add " + R64[a] + ", " + value, () -> out.add64(a, value));
        done("sub " + R32[a] + ", " + value, () -> out.subtract32(a, value));
        done("cmp " + R32[a] + ", " + value, () -> out.compare32(a, value));
        done("sub DWORD PTR " + at + ", " + value, () -> out.subtract32(b, disp, value));
        done("cmp DWORD PTR " + at + ", " + value, () -> out.compare32(b, disp, value));
        done("push " + R64[a], () -> out.push(a));
        done("pop " + R64[a], () -> out.pop(a));
        done("vzeroupper", out::zeroUpper);
        int width = random.nextInt(3), vector = random.nextInt(32);
        done("vmovups " + at + "{k1}, " + WIDTHS[width] + vector, () -> out.storeMasked(width, vector, b, disp));
        int half = random.nextInt(2), data = random.nextInt(16), mask = random.nextInt(16);
        done("vmaskmovps " + at + ", " + vec(half, mask) + ", " + vec(half, data), () -> out.vector(Simd.VMASKMOVPS_STORE, half, data, mask, b, disp, false));
        done("prefetcht1 " + at, () -> out.prefetch(b, disp));
        int pool = out.constants(++constant);
        done("kmovw k1, WORD PTR [rip + pool + " + pool + "]", () -> out.loadMask(pool));
    }

    private void prefetchOfTheCode() {
        int block = 24, lineCount = Math.ceilDiv(out.size() + block, 64);
        done("lea rax, [rip + start]\nmov ecx, " + lineCount + "\nnext: prefetcht1 [rax]\nadd rax, 64\nsub ecx, 1\njne next", () -> out.codePrefetched(out.prefetchCode()));
    }

    private void jumps() {
        int top = out.size();
        lines.add("top:");
        ends.add(top);
        for (int i = 0; i < 60; i++) {
            done("jg top", () -> out.jumpIfGreater(top));
            done("jge top", () -> out.jumpIfNotLess(top));
        }
        int[] jump = new int[1];
        done("{disp32} jl end", () -> jump[0] = out.jumpIfLess());
        done("vzeroupper", out::zeroUpper);
        out.land(jump[0]);
        lines.add("end:");
        ends.add(out.size());
    }

    /** Small, large, and on the edges of what one byte holds, scaled or not. */
    private int displacement() {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextInt(256) - 128;
            case 2 -> (random.nextInt(300) - 150) << 2 + random.nextInt(5);
            case 3 -> (random.nextBoolean() ? 128 : -129) << random.nextInt(7);
            default -> random.nextInt();
        };
    }

    private static String address(int base, int disp) { return "[" + R64[base] + (disp == 0 ? "" : disp > 0 ? " + " + disp : " - " + -(long) disp) + "]"; }

    private static String vec(int width, int v) { return WIDTHS[width] + v; }

    private void done(String line, Runnable write) {
        write.run();
        lines.add(line);
        ends.add(out.size());
    }

    private byte[] assembled(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("all.s"), object = folder.resolve("all.o"), text = folder.resolve("all.bin");
        Files.writeString(source, ".intel_syntax noprefix\n.text\n.p2align 6\n" + String.join("\n", lines) + "\n.p2align 6\npool:\n");
        run("as", "-O0", "--64", "-o", object.toString(), source.toString());
        run("objcopy", "-O", "binary", "--only-section=.text", object.toString(), text.toString());
        return Files.readAllBytes(text);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static boolean has(String command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command, "--version").redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String hex(byte[] bytes, int from, int to) { return to > bytes.length ? "the end" : HexFormat.ofDelimiter(" ").formatHex(bytes, from, to); }
}

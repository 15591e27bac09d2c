package dev.lacewing.emit.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeProcessTest {
    @Test
    void saysWhatWentWrongAndGoesOn() {
        try (NodeProcess node = start("let asked = 0; export const answer = () => { if (asked++ === 0) throw new Error('not ägain'); return [Uint8Array.of(asked)]; };")) {
            assertThatThrownBy(() -> ask(node, 1)).isInstanceOf(Failed.class).hasMessage("kernel nothing as " + Features.SIMD + ": Error: not ägain");
            assertThat(ask(node, 1)).containsExactly(2);
            assertThatThrownBy(() -> ask(node, 2)).isInstanceOf(Failed.class).hasMessageContaining("expected an answer of 2 bytes, got 1");
            assertThat(ask(node, 1)).containsExactly(4);
        }
    }

    @Test
    void saysThatNodeHasEnded() {
        try (NodeProcess node = start("export const answer = () => process.exit(3);")) {
            assertThat(node.version()).startsWith("v");
            assertThatThrownBy(() -> ask(node, 1)).isInstanceOf(Failed.class).hasMessageContaining("Node gave up on kernel nothing");
        }
        assertThatThrownBy(() -> start("process.exit(3);")).isInstanceOf(Failed.class).hasMessageContaining("before its first kernel");
    }

    /** One that has relaxed SIMD without a flag may not know the flag. */
    @Test
    void asksForRelaxedSimdOnlyWhereItIsLacking() {
        String script = """
                import v8 from 'node:v8';
                import { syncBuiltinESMExports } from 'node:module';
                const { validate } = WebAssembly, { setFlagsFromString } = v8, asked = [];
                for (const able of [true, false]) {
                  const flags = [];
                  WebAssembly.validate = () => able;
                  v8.setFlagsFromString = flag => flags.push(flag);
                  syncBuiltinESMExports();
                  await import(`data:text/javascript;base64,%s#${able}`);
                  asked.push(flags.join(' '));
                }
                Object.assign(WebAssembly, { validate });
                Object.assign(v8, { setFlagsFromString });
                export const answer = () => [Buffer.from(asked.join())];
                """.formatted(Base64.getEncoder().encodeToString(NodeProcess.relaxedSimd().getBytes(StandardCharsets.UTF_8)));
        String expected = ",--experimental-wasm-relaxed-simd";
        try (NodeProcess node = start(script)) {
            assertThat(new String(ask(node, expected.length()), StandardCharsets.UTF_8)).isEqualTo(expected);
        }
    }

    private static NodeProcess start(String script) {
        try {
            return NodeProcess.start(script);
        } catch (IOException e) {
            throw Node.missing();
        }
    }

    private static byte[] ask(NodeProcess node, int length) {
        ProgramBuilder b = new ProgramBuilder(Machine.WASM);
        var at = b.argument(0);
        b.store(b.load(at, 0), at, 0);
        Program program = b.build("nothing");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(64, 16);
            return node.ask(program, Features.SIMD, block.address(), List.of(block), length);
        }
    }
}

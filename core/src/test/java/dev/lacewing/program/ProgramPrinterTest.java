package dev.lacewing.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.kernel.Clear;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.Spmm;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramPrinterTest {
    @Test void clear() { assertThat(ProgramPrinter.print(Clear.program(Machine.AVX2))).isEqualTo("""
            clear on avx2: 1 vectors, 4 pointers, 2 counters
              argument p1, 0
              constant v0, 0.0
              count n0, [p0 + 8]
              loop n0, 1 {
                move p2, p1
                count n1, [p0 + 16]
                loop n1, 1 {
                  store [p2], v0
                  advance p2, 32
                }
                argument p3, 3
                advance p1, p3
              }
            """); }

    @Test void sparseTimesDense() { assertThat(ProgramPrinter.print(Spmm.program(2, 1, 2, Epilogue.RELU6, false, true, Machine.AVX512))).isEqualTo("""
            spmm2x1u2-relu6-masked on avx512: 8 vectors, 8 pointers, 3 counters
              argument p1, 0
              argument p2, 1
              argument p3, 3
              argument p4, 6
              constant v0, 0.0
              constant v1, 6.0
              count n0, [p0 + 40]
              loop n0, 1 {
                argument p5, 2
                move p6, p2
                count n1, [p0 + 32]
                loop n1, 1 {
                  constant v4, 0.0
                  constant v5, 0.0
                  count n2, [p5]
                  splat v2, [p5 + 4]
                  splat v3, [p5 + 8]
                  advance p5, 12
                  loop n2, 2 {
                    index p7, p1, [p5]
                    load v6, [p7]
                    splat v7, [p5 + 4]
                    fma v2, v6, v7
                    splat v7, [p5 + 8]
                    fma v3, v6, v7
                    index p7, p1, [p5 + 12]
                    load v6, [p7]
                    splat v7, [p5 + 16]
                    fma v4, v6, v7
                    splat v7, [p5 + 20]
                    fma v5, v6, v7
                    advance p5, 24
                  }
                  loop n2, 1 {
                    index p7, p1, [p5]
                    load v6, [p7]
                    splat v7, [p5 + 4]
                    fma v2, v6, v7
                    splat v7, [p5 + 8]
                    fma v3, v6, v7
                    advance p5, 12
                  }
                  add v2, v2, v4
                  add v3, v3, v5
                  load v6, [p4]
                  clamp v2, v0, v1
                  and v2, v2, v6
                  store [p6], v2
                  advance p6, p3
                  clamp v3, v0, v1
                  and v3, v3, v6
                  store [p6], v3
                  advance p6, p3
                }
                advance p1, 64
                advance p2, 64
                advance p4, 64
              }
            """); }

    @Test void everyInstruction() {
        ProgramBuilder b = new ProgramBuilder(Machine.SIMD128);
        Ptr p = b.argument(0), q = b.index(p, b.arguments(0, 1), 4);
        b.move(q, p);
        Vec v = b.load(p, -16), w = b.splat(q, 4), odd = b.odd(v, w);
        b.min(v, v, odd);
        b.div(v, v, b.even(v, w));
        b.fmaSplats(List.of(v, odd), w, b.vec(), p, -8);
        b.prefetch(q, -64, 256);
        b.copy(w, v);
        b.fma(v, w, odd);
        b.storeFirst(v, p, 8, 3);
        b.store(v, p, 0);
        b.clamp(v, b.constant(0f), b.constant(6f));
        b.advance(p, 16);
        b.advance(q, p);
        b.loop(b.count(1), 2, () -> b.constant(v, 1f));
        assertThat(ProgramPrinter.print(b.build("all"))).isEqualTo("""
            all on simd128: 7 vectors, 3 pointers, 1 counters
              argument p1, 0
              index p2, p1, [p0 + 4]
              move p2, p1
              load v0, [p1 - 16]
              splat v1, [p2 + 4]
              odd v2, v0, v1
              min v0, v0, v2
              even v3, v0, v1
              div v0, v0, v3
              fma v0 v2, v1, splats [p1 - 8]
              prefetch [p2 - 64], 256
              copy v1, v0
              fma v0, v1, v2
              store [p1 + 8], first 3 of v0
              store [p1], v0
              constant v5, 0.0
              constant v6, 6.0
              clamp v0, v5, v6
              advance p1, 16
              advance p2, p1
              count n0, [p0 + 8]
              loop n0, 2 {
                constant v0, 1.0
              }
            """);
    }
}

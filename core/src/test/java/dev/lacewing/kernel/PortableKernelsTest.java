package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What takes the place of plain Java where there is none. */
class PortableKernelsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void movesRunsOfRuns(int lanes) {
        Runs runs = new Runs(Move.program(Machine.ofLanes(lanes)));
        int[][] records = {{3, 0, 2, lanes, lanes, 3, 2 * lanes + 1, 2 * lanes}, {20, 6 * lanes, 1, 0, lanes, 2, -5, lanes}, {9, 8 * lanes, 2, -2, lanes, 1, 0, 0}};
        try (Arena arena = Arena.ofConfined()) {
            int times = 3, xJump = 2, yJump = 10 * lanes;
            Floats x = Floats.random(arena, 64, new Random(1), 1), y = new Floats(arena, times * yJump), table = new Floats(arena, Move.RECORD * records.length);
            for (int r = 0; r < records.length; r++)
                for (int w = 0; w < Move.RECORD; w++) table.setInt(r * Move.RECORD + w, w == 2 || w == 5 ? records[r][w] : 4 * records[r][w]);
            runs.check(runs.block().set(Move.X, x.address()).set(Move.X_JUMP, 4 * xJump).set(Move.Y, y.address()).set(Move.Y_JUMP, 4 * yJump)
                    .set(Move.TABLE, table.address()).set(Move.GROUPS, records.length).set(Move.ZERO, 0).set(Move.TIMES, times), y, x, table);
            y.guardsUntouched();
            for (int time = 0; time < times; time++)
                for (int[] r : records)
                    for (int repeat = 0; repeat < r[5]; repeat++)
                        for (int i = 0; i < r[2]; i++)
                            for (int lane = 0; lane < lanes; lane++)
                                assertThat(y.get(time * yJump + r[1] + repeat * r[7] + i * r[4] + lane)).isEqualTo(x.get(time * xJump + r[0] + repeat * r[6] + i * r[3] + lane));
        }
    }

    /** Also where all scores but one are far below, and where all are equal. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 1000})
    void softmaxIsThatOfDoubles(int n) {
        Runs runs = new Runs(Softmax.program());
        for (float scale : new float[] {0, 1, 30, 400}) {
            try (Arena arena = Arena.ofConfined()) {
                int lines = 12;   // nested 2, 3 and 2; across in the input, along in the output
                Floats x = Floats.random(arena, lines * n, new Random(n), scale), y = new Floats(arena, lines * n);
                ArgumentBlock<Number> block = runs.block().set(Softmax.X, x.address()).set(Softmax.X_STEP, 4L * lines).set(Softmax.Y, y.address())
                        .set(Softmax.Y_STEP, 4).set(Softmax.N, n);
                long[] levels = {2, 24, 24L * n, 3, 8, 8L * n, 2, 4, 4L * n};
                for (int i = 0; i < levels.length; i++) block.set(Softmax.LEVELS + i, levels[i]);
                runs.check(block, y, x, y);
                y.guardsUntouched();
                for (int l = 0; l < lines; l++) {
                    double most = Double.NEGATIVE_INFINITY, sum = 0;
                    for (int i = 0; i < n; i++) most = Math.max(most, x.get(l + i * lines));
                    for (int i = 0; i < n; i++) sum += Math.exp(x.get(l + i * lines) - most);
                    for (int i = 0; i < n; i++) {
                        double expected = Math.exp(x.get(l + i * lines) - most) / sum;
                        assertThat((double) y.get(l * n + i)).isCloseTo(expected, within(1e-5 * expected + 1e-37));
                    }
                }
            }
        }
    }

    @Test
    void resizesByTables() {
        Runs runs = new Runs(Bilinear.program());
        int planes = 2, width = 5, inPlane = 16, rows = 3, columns = 4, outRow = 6, outPlane = 20;
        try (Arena arena = Arena.ofConfined()) {
            Random random = new Random(3);
            Floats x = Floats.random(arena, planes * inPlane, random, 1), y = new Floats(arena, planes * outPlane);
            Floats down = taps(arena, rows, 3, 4 * width, random), across = taps(arena, columns, width, 4, random);
            runs.check(runs.block().set(Bilinear.PLANES, planes).set(Bilinear.X, x.address()).set(Bilinear.X_PLANE, 4 * inPlane).set(Bilinear.Y, y.address())
                    .set(Bilinear.Y_PLANE, 4 * outPlane).set(Bilinear.Y_ROW, 4 * outRow)
                    .set(Bilinear.ROWS, rows).set(Bilinear.ROW_TABLE, down.address()).set(Bilinear.COLUMNS, columns)
                    .set(Bilinear.COLUMN_TABLE, across.address()), y, x, down, across);
            y.guardsUntouched();
            for (int p = 0; p < planes; p++)
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++) {
                        double sum = 0;
                        for (int a = 0; a < 2; a++)
                            for (int c = 0; c < 2; c++)
                                sum += (double) down.get(4 * i + 2 + a) * across.get(4 * j + 2 + c) * x.get(p * inPlane + (bits(down, 4 * i + a) + bits(across, 4 * j + c)) / 4);
                        assertThat((double) y.get(p * outPlane + i * outRow + j)).isCloseTo(sum, within(1e-6));
                    }
        }
    }

    private static int bits(Floats words, int at) { return Float.floatToRawIntBits(words.get(at)); }

    private static Floats taps(Arena arena, int count, int extent, int pitch, Random random) {
        Floats taps = new Floats(arena, 4 * count);
        for (int i = 0; i < count; i++) {
            taps.setInt(4 * i, pitch * random.nextInt(extent));
            taps.setInt(4 * i + 1, pitch * random.nextInt(extent));
            float share = random.nextFloat();
            taps.set(4 * i + 2, 1 - share);
            taps.set(4 * i + 3, share);
        }
        return taps;
    }
}

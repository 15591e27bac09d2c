package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleStreamTest {
    /** Offsets are copied bit for bit, weights multiplied; numbers of records around the unrolling. */
    @ParameterizedTest
    @CsvSource({"0, 1", "0, 4", "1, 1", "1, 2", "1, 8"})
    void multipliesWeightsOnly(int copied, int weights) {
        Runs runs = new Runs(ScaleStream.program(copied, weights));
        for (int header : new int[] {0, 3})
            for (int records = 0; records < 10; records++) {
                try (Arena arena = Arena.ofConfined()) {
                    Random random = new Random(records);
                    int record = copied + weights, channels = 6;
                    Floats x = Floats.random(arena, header + records * record, random, 1), y = new Floats(arena, x.size);
                    Floats factors = Floats.random(arena, channels, random, 2), index = new Floats(arena, records);
                    int[] columns = random.ints(records, 0, channels).toArray();
                    for (int i = 0; i < records; i++) index.setInt(i, 4 * columns[i]);
                    for (int i = 0; copied > 0 && i < records; i++) x.setInt(header + i * record, 4 * random.nextInt(1 << 20));
                    runs.check(runs.block().set(ScaleStream.X, x.address()).set(ScaleStream.Y, y.address()).set(ScaleStream.HEADER, header)
                            .set(ScaleStream.RECORDS, records)
                            .set(ScaleStream.FACTORS, factors.address()).set(ScaleStream.INDEX, index.address()), y, x, factors, index);
                    y.guardsUntouched();
                    for (int i = 0; i < y.size; i++) {
                        boolean weight = i >= header && (i - header) % record >= copied;
                        float expected = weight ? x.get(i) * factors.get(columns[(i - header) / record]) : x.get(i);
                        assertThat(Float.floatToRawIntBits(y.get(i))).as("word %d", i).isEqualTo(Float.floatToRawIntBits(expected));
                    }
                }
            }
    }

    /** Block rows of 0 to 9 blocks, one after the other, in one call. */
    @ParameterizedTest
    @CsvSource({"1", "2", "8"})
    void walksOverBlockRows(int weights) {
        int rows = 10, record = 1 + weights, channels = 6, blocks = rows * (rows - 1) / 2;
        Random random = new Random(weights);
        try (Arena arena = Arena.ofConfined()) {
            Floats x = Floats.random(arena, (rows + blocks) * record, random, 1), y = new Floats(arena, x.size);
            Floats factors = Floats.random(arena, channels, random, 2), index = new Floats(arena, blocks), expected = new Floats(arena, x.size);
            for (int row = 0, at = 0, block = 0; row < rows; row++) {
                x.setInt(at, row);
                for (int i = 0; i <= weights; i++) expected.set(at + i, x.get(at + i));
                at += record;
                for (int n = 0; n < row; n++, at += record) {
                    int column = random.nextInt(channels);
                    index.setInt(block++, 4 * column);
                    x.setInt(at, 4 * random.nextInt(1 << 20));
                    for (int i = 0; i <= weights; i++) expected.set(at + i, i == 0 ? x.get(at) : x.get(at + i) * factors.get(column));
                }
            }
            Runs runs = new Runs(ScaleStream.rows(weights));
            runs.check(runs.block().set(ScaleStream.X, x.address()).set(ScaleStream.Y, y.address()).set(ScaleStream.BLOCK_ROWS, rows)
                    .set(ScaleStream.ROW_FACTORS, factors.address()).set(ScaleStream.ROW_INDEX, index.address()), y, x, factors, index);
            y.guardsUntouched();
            for (int i = 0; i < y.size; i++) assertThat(Float.floatToRawIntBits(y.get(i))).as("word %d", i).isEqualTo(Float.floatToRawIntBits(expected.get(i)));
        }
    }
}

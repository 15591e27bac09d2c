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
                    runs.check(Runs.block(arena, x.address(), y.address(), header, records, factors.address(), index.address()), y, x, factors, index);
                    y.guardsUntouched();
                    for (int i = 0; i < y.size; i++) {
                        boolean weight = i >= header && (i - header) % record >= copied;
                        float expected = weight ? x.get(i) * factors.get(columns[(i - header) / record]) : x.get(i);
                        assertThat(Float.floatToRawIntBits(y.get(i))).as("word %d", i).isEqualTo(Float.floatToRawIntBits(expected));
                    }
                }
            }
    }
}

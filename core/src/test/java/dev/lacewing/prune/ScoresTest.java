package dev.lacewing.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScoresTest {
    private static final Offset<Double> CLOSE = within(1e-12);
    /** Two output channels, three input channels: the blocks of the one block row are (3, 4), (6, 8), (0, -5). */
    private static final float[] WEIGHTS = {3, 6, 0, 4, 8, -5};
    private static final Blocks BLOCKS = Blocks.of(new Pattern.Block(2), Shape.of(2, 3), 1, true);

    @Test
    void magnitudes() {
        assertThat(Scores.l1(WEIGHTS, BLOCKS)).containsExactly(3.5, 7, 2.5);
        assertThat(Scores.l2(WEIGHTS, BLOCKS)).containsExactly(new double[] {Math.sqrt(12.5), Math.sqrt(50), Math.sqrt(12.5)}, CLOSE);
    }

    /** a = (7, 14, 5) / 26; cosines: 1 of the first two, .8 of each with the third; r = (2.8, 2.8, 2.6) / 8.2. */
    @Test
    void redundancyByHand() {
        double[] expected = {7 / 26.0 - 0.5 * 2.8 / 8.2, 14 / 26.0 - 0.5 * 2.8 / 8.2, 5 / 26.0 - 0.5 * 2.6 / 8.2};
        assertThat(Scores.bpar(WEIGHTS, BLOCKS, 0.5, null)).containsExactly(expected, CLOSE);
    }

    /** The first block is dead: its cosines are 0 and its redundancy counts as 1; r of the others = (1.8, 1.8) / 3.6. Its magnitude counts as it is given. */
    @Test
    void redundancyOfADeadBlockIsOne() {
        boolean[] live = {false, true, true, false, true, true};
        double[] expected = {7 / 26.0 - 1, 14 / 26.0 - 0.5, 5 / 26.0 - 0.5};
        assertThat(Scores.bpar(WEIGHTS, BLOCKS, 1, live)).containsExactly(expected, CLOSE);
        assertThat(Scores.bpar(new float[6], BLOCKS, 1, null)).containsExactly(-1, -1, -1);
    }

    @Test
    void poolsDoNotMix() {
        float[] two = {3, 6, 0, 4, 8, -5, 1, 2, 3, 4, 5, 6};
        double[] both = Scores.bpar(two, Blocks.of(new Pattern.Block(2), Shape.of(4, 3), 1, true), 1, null);
        assertThat(java.util.Arrays.copyOf(both, 3)).containsExactly(Scores.bpar(WEIGHTS, BLOCKS, 1, null), CLOSE);
    }
}

package dev.lacewing.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import org.junit.jupiter.api.Test;

class BlocksTest {
    /** Channels 2 and 0 stand together, and 3 and 1: the blocks are those of the matrix with its rows in that order. */
    @Test
    void channelsInAnotherOrder() {
        Blocks blocks = Blocks.of(new Pattern.Block(2), Shape.of(4, 2), 1, false, new int[] {2, 0, 3, 1});
        assertThat(blocks.block()).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
        assertThat(blocks.weights()).isDeepEqualTo(new int[][] {{0, 4}, {1, 5}, {2, 6}, {3, 7}});
        assertThat(blocks.sizes()).containsOnly(2);
    }

    @Test
    void wholeKernelsAndAShorterLastBlock() {
        Blocks blocks = Blocks.of(new Pattern.Block(4), Shape.of(6, 2, 3, 3), 1, true);
        assertThat(blocks.sizes()).containsExactly(36, 36, 18, 18);
        assertThat(blocks.byPool()).isDeepEqualTo(new int[][] {{0, 1}, {2, 3}});
    }

    @Test
    void blocksOfATap() {
        Blocks blocks = Blocks.of(new Pattern.Block(4, true), Shape.of(6, 2, 3, 3), 1, true);
        assertThat(blocks.sizes()).hasSize(36).startsWith(4, 4).endsWith(2, 2);
        assertThat(blocks.weights()[10]).as("input channel 1, tap 1").containsExactly(10, 28, 46, 64);
        assertThat(blocks.byPool()).hasDimensions(2, 18);
        assertThat(Pattern.parse("1x4-tap")).isEqualTo(new Pattern.Block(4, true)).hasToString("1x4-tap").isNotEqualTo(Pattern.parse("1x4"));
        assertThat(Blocks.of(new Pattern.Block(4, true), Shape.of(6, 2), 1, true).block()).isEqualTo(Blocks.of(new Pattern.Block(4), Shape.of(6, 2), 1, true).block());
    }

    @Test
    void droppedOfNofM() {
        Blocks blocks = Blocks.of(new Pattern.NofM(1, 4), Shape.of(1, 8), 1, false);
        assertThat(blocks.dropped(4, 0.75)).isEqualTo(3);
        assertThat(blocks.dropped(4, 0.5)).isEqualTo(2);
        assertThat(blocks.dropped(3, 0.75)).isEqualTo(2);
        assertThat(blocks.dropped(4, 1)).isEqualTo(3);
    }
}

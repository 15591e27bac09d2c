package dev.lacewing.sparse;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.regex.Matcher;

/** Which weights of a layer live or die together. {@code toString} prints what {@link #parse} reads. */
public sealed interface Pattern {
    int LARGEST = 1024;

    /** Every weight for itself. */
    record Unstructured() implements Pattern {
        @Override
        public String toString() { return "unstructured"; }
    }

    /**
     * Runs of {@code n} consecutive output channels share their input channels; in a k x k convolution a block is {@code n} whole k x k kernels (1xN,
     * Lin et al., arXiv 2105.14713) or, finer, {@code n} weights at one kernel position, a block of the block sparse row matrix [out, in * k * k] that the kernels read. Where {@code n} does
     * not divide the output channels of a group, the last block of the group is smaller.
     *
     * @param tap each kernel position, or tap, has blocks of its own; no other blocks than without in 1x1 convolutions and matrices
     */
    record Block(int n, boolean tap) implements Pattern {
        private static final String TAP = "-tap";

        /** Of whole kernels. */
        public Block(int n) { this(n, false); }

        public Block {
            if (n < 1 || n > LARGEST) throw new Invalid("a 1xN pattern needs N from 1 to " + LARGEST + ", got " + n);
        }

        @Override
        public String toString() { return "1x" + n + (tap ? TAP : ""); }
    }

    /**
     * At most {@code n} non-zeros among {@code m} consecutive input channels, for each output channel and kernel position (Zhou et al., arXiv 2102.04010).
     * A last run that is shorter keeps the same share, rounded up.
     */
    record NofM(int n, int m) implements Pattern {
        public NofM {
            if (n < 1 || n >= m || m > LARGEST) throw new Invalid("an N:M pattern needs 1 <= N < M <= " + LARGEST + ", got " + n + ":" + m);
        }

        /** Share of zeros that the pattern asks for. */
        public double sparsity() { return 1 - (double) n / m; }

        @Override
        public String toString() { return n + ":" + m; }
    }

    /** @throws Invalid unless {@code text} is {@code unstructured}, {@code 1xN}, {@code 1xN-tap} or {@code N:M} */
    static Pattern parse(String text) {
        if (text.equals("unstructured")) return new Unstructured();
        Matcher block = java.util.regex.Pattern.compile("1x(\\d{1,9})(" + Block.TAP + ")?").matcher(text);
        if (block.matches()) return new Block(Integer.parseInt(block.group(1)), block.group(2) != null);
        Matcher ratio = java.util.regex.Pattern.compile("(\\d{1,9}):(\\d{1,9})").matcher(text);
        if (ratio.matches()) return new NofM(Integer.parseInt(ratio.group(1)), Integer.parseInt(ratio.group(2)));
        throw new Invalid("there is no sparsity pattern '" + text + "'; expected unstructured, 1xN (for example 1x4, or 1x4-tap) or N:M (for example 2:4)");
    }
}

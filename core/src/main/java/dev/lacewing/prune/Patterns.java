package dev.lacewing.prune;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for each kind of operator. {@code toString} prints what {@link #parse} reads.
 *
 * @param pointwise 1x1 convolutions
 * @param spatial larger convolutions; for their blocks see {@link Pattern.Block}
 * @param gemm matrices, those of squeeze-and-excitation among them
 * @param depthwise depthwise convolutions
 */
public record Patterns(@Nullable Pattern pointwise, @Nullable Pattern spatial, @Nullable Pattern gemm, @Nullable Pattern depthwise) {
    private static final String DENSE = "dense";

    /** The same for all, depthwise convolutions too. */
    public static Patterns all(Pattern pattern) { return new Patterns(pattern, pattern, pattern, pattern); }

    /**
     * Group patterns, a design of ours in the spirit of SparseByteNN (arXiv 2310.19509, of which only the abstract was to be had): 1xN in 1x1 convolutions and matrices,
     * n whole kernels in larger convolutions, depthwise convolutions dense.
     */
    public static Patterns groups(int n) {
        Pattern block = new Pattern.Block(n);
        return new Patterns(block, block, block, null);
    }

    /** @return the pattern for a weight [out, in / groups, ...] of this shape, null if it stays dense */
    public @Nullable Pattern of(Shape weight, int groups) {
        return switch (kind(weight, groups)) {
            case "gemm" -> gemm;
            case "depthwise" -> depthwise;
            case "pointwise" -> pointwise;
            default -> spatial;
        };
    }

    /** The name that {@link #parse} knows the kind of a layer with such a weight by. */
    public static String kind(Shape weight, int groups) {
        if (weight.rank() == 2) return "gemm";
        if (groups > 1 && groups == weight.dim(0) && weight.dim(1) == 1) return "depthwise";
        return weight.size() == weight.dim(0) * weight.dim(1) ? "pointwise" : "spatial";
    }

    /** Whether one of them is of this kind. */
    public boolean any(Class<? extends Pattern> kind) { return kind.isInstance(pointwise) || kind.isInstance(spatial) || kind.isInstance(gemm) || kind.isInstance(depthwise); }

    /**
     * @param text one pattern for all ({@code 1x4}); {@code group:N}; or some of {@code pointwise=, spatial=, gemm=, depthwise=} with a pattern each, in any order and
     *        separated by blanks, the rest being dense
     * @throws Invalid if it is none of these
     */
    public static Patterns parse(String text) {
        String trimmed = text.strip();
        if (trimmed.startsWith("group:") && Pattern.parse("1x" + trimmed.substring(6)) instanceof Pattern.Block(int n, boolean tap) && !tap) return groups(n);
        if (!trimmed.contains("=")) return all(Pattern.parse(trimmed));
        Patterns patterns = new Patterns(null, null, null, null);
        for (String part : trimmed.split("[\\s,]+", -1)) patterns = patterns.with(part);
        return patterns;
    }

    private Patterns with(String assignment) {
        String[] sides = assignment.split("=", 2);
        Pattern pattern = sides.length < 2 || sides[1].equals(DENSE) ? null : Pattern.parse(sides[1]);
        return switch (sides.length < 2 ? "" : sides[0].toLowerCase(Locale.ROOT)) {
            case "pointwise" -> new Patterns(pattern, spatial, gemm, depthwise);
            case "spatial" -> new Patterns(pointwise, pattern, gemm, depthwise);
            case "gemm" -> new Patterns(pointwise, spatial, pattern, depthwise);
            case "depthwise" -> new Patterns(pointwise, spatial, gemm, pattern);
            default -> throw new Invalid("expected pointwise=, spatial=, gemm= or depthwise= with a pattern, got '" + assignment + "'");
        };
    }

    @Override
    public String toString() {
        if (pointwise != null && equals(all(pointwise))) return pointwise.toString();
        return "pointwise=" + text(pointwise) + " spatial=" + text(spatial) + " gemm=" + text(gemm) + " depthwise=" + text(depthwise);
    }

    private static String text(@Nullable Pattern pattern) { return pattern == null ? DENSE : pattern.toString(); }
}

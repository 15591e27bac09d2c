package dev.lacewing.cli.image;

import dev.lacewing.image.Picture;
import dev.lacewing.image.Resampling;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A target size: the whole picture to width x height, or (with {@code height} 0) the shorter side to {@code width} and the other in proportion. */
public record Resize(int width, int height) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:x(\\d{1,5}))?");

    /** @throws IllegalArgumentException unless {@code text} is {@code N} or {@code WxH} */
    public static Resize parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (m.matches()) {
            Resize resize = new Resize(Integer.parseInt(m.group(1)), m.group(2) == null ? 0 : Integer.parseInt(m.group(2)));
            if (resize.width > 0 && (m.group(2) == null || resize.height > 0)) return resize;
        }
        throw new IllegalArgumentException("expected a size such as 256 (shorter side) or 224x224 (width x height), got " + text);
    }

    Picture apply(Picture from) {
        if (height > 0) return Resampling.bilinear(from, width, height);
        boolean tall = from.height() > from.width();
        long longer = (long) width * Math.max(from.width(), from.height()) / Math.min(from.width(), from.height());
        int other = Math.clamp(longer, 1, Integer.MAX_VALUE);
        return tall ? Resampling.bilinear(from, width, other) : Resampling.bilinear(from, other, width);
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() { return height == 0 ? Integer.toString(width) : width + "x" + height; }
}

package dev.lacewing.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a picture becomes the network's input: resize, cut the centre, order the channels, (value - mean) / std.
 *
 * @param resize [width, height], or [side, 0] for the shorter side in proportion; null for none, or, without a crop, the network's size
 * @param crop side of the square cut from the middle; null for the network's size
 * @param order {@code rgb} or {@code bgr}
 * @param mean one value, or one for each channel in the network's order, 0-255 units
 * @param std as {@code mean}
 * @param guessed nobody said so
 * @param filled the pictures it learned from are filled shapes, so the page fills what a drawn line encloses
 */
public record PictureInput(@Nullable List<Integer> resize, @Nullable Integer crop, String order, List<Float> mean, List<Float> std, boolean guessed, boolean filled) {
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("resize", resize);
        json.put("crop", crop);
        json.put("order", order);
        json.put("mean", mean);
        json.put("std", std);
        json.put("guessed", guessed);
        json.put("filled", filled);
        return json;
    }
}

package dev.lacewing.cli.image;

import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.train.data.Normalisation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a picture becomes a network's input, as far as it is known: null is "not said". Steps in order: resize, crop the centre, order the channels,
 * (value - mean) / std.
 *
 * @param resize before the crop
 * @param crop side of the square cut from the middle, pixels
 * @param order of the channels
 * @param mean one value, or one for each channel in the network's order, 0-255 units
 * @param std as {@code mean}, above 0
 */
public record Preprocessing(@Nullable Resize resize, @Nullable Integer crop, @Nullable Order order, @Nullable List<Float> mean, @Nullable List<Float> std) {
    public enum Order { RGB, BGR }

    public static final Preprocessing UNKNOWN = new Preprocessing(null, null, null, null, null);

    private static final String PREFIX = "lacewing.preprocess.";

    /** That of pictures to train with. */
    public static Preprocessing of(Normalisation normalisation) {
        return new Preprocessing(null, null, null, scaled(normalisation.mean()), scaled(normalisation.deviation()));
    }

    private static List<Float> scaled(List<Double> shares) { return shares.stream().map(s -> (float) (255 * s)).toList(); }

    /** What this one says, and else what {@code other} says. */
    public Preprocessing orElse(Preprocessing other) {
        return new Preprocessing(resize != null ? resize : other.resize, crop != null ? crop : other.crop, order != null ? order : other.order,
                mean != null ? mean : other.mean, std != null ? std : other.std);
    }

    /** Reads the entries {@code lacewing.preprocess.*}. @throws Malformed if one of them cannot be read */
    public static Preprocessing from(Map<String, String> metadata) {
        String resize = metadata.get(PREFIX + "resize"), crop = metadata.get(PREFIX + "crop"), order = metadata.get(PREFIX + "order");
        String mean = metadata.get(PREFIX + "mean"), std = metadata.get(PREFIX + "std");
        try {
            return new Preprocessing(resize == null ? null : Resize.parse(resize), crop == null ? null : Integer.valueOf(crop),
                    order == null ? null : Order.valueOf(order.toUpperCase(Locale.ROOT)), mean == null ? null : numbers(mean), std == null ? null : numbers(std));
        } catch (IllegalArgumentException e) {
            throw new Malformed("the model's remembered preprocessing is broken (" + e.getMessage() + "): give --resize, --order, --mean and --std and write the file again", e);
        }
    }

    /** The metadata with these entries in place of any it had of them. */
    public Map<String, String> addTo(Map<String, String> metadata) {
        Map<String, String> result = new LinkedHashMap<>(metadata);
        put(result, "resize", resize);
        put(result, "crop", crop);
        put(result, "order", order == null ? null : order.name().toLowerCase(Locale.ROOT));
        put(result, "mean", mean == null ? null : join(mean));
        put(result, "std", std == null ? null : join(std));
        return result;
    }

    private static void put(Map<String, String> metadata, String key, @Nullable Object value) { if (value != null) metadata.put(PREFIX + key, value.toString()); }

    /** @throws IllegalArgumentException if {@code text} is not one finite number or three, separated by commas */
    public static List<Float> numbers(String text) {
        List<Float> numbers = Stream.of(text.split(",", -1)).map(n -> Float.valueOf(n.strip())).toList();
        if (numbers.size() != 1 && numbers.size() != 3 || !numbers.stream().allMatch(Float::isFinite))
            throw new IllegalArgumentException("expected one number or three separated by commas, got " + text);
        return numbers;
    }

    private static String join(List<Float> numbers) { return numbers.stream().map(String::valueOf).collect(Collectors.joining(",")); }

    /** For a person, what is known only. */
    public String describe() {
        return Stream.of(resize == null ? "" : "resize " + resize, crop == null ? "" : "crop " + crop, order == null ? "" : order.name().toLowerCase(Locale.ROOT),
                mean == null ? "" : "mean " + join(mean), std == null ? "" : "std " + join(std)).filter(s -> !s.isEmpty()).collect(Collectors.joining(", "));
    }
}

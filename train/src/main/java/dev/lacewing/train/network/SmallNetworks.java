package dev.lacewing.train.network;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Networks for images of about 28 x 28 pixels, with random weights.
 *
 * <ul>
 * <li>{@code mlp-300-100}: matrices with so many units in the hidden layers (any numbers), ReLU, no normalisation.
 * <li>{@code small_cnn}: three 3x3 convolutions of 32, 64 and 128 channels, the last two of stride 2, average pooling, a matrix; {@code tiny_cnn}: with 16, 32 and 64.
 * <li>{@code mobilenet_28}: a 3x3 convolution of stride 2, then six pairs of depthwise and pointwise convolutions as in MobileNetV1 (Howard et al. 2017, arXiv 1704.04861), with
 *     ReLU: 14 x 14 pixels at the first, 4 x 4 at the last.
 * </ul>
 */
public final class SmallNetworks {
    private static final Pattern MLP = Pattern.compile("mlp(-\\d{1,5}){1,8}");
    private static final List<String> OTHERS = List.of("tiny_cnn", "small_cnn", "mobilenet_28");

    /** Output channels and stride of each pair of depthwise and pointwise convolution. */
    private static final int[][] MOBILE = {{64, 1}, {128, 2}, {128, 1}, {256, 1}, {256, 2}, {256, 1}};

    private SmallNetworks() {}

    /** For messages. */
    public static List<String> names() {
        List<String> names = new java.util.ArrayList<>(OTHERS);
        names.add("mlp-300-100");
        return names;
    }

    public static boolean has(String name) { return OTHERS.contains(name) || MLP.matcher(name).matches(); }

    /**
     * @param width factor on the number of channels or hidden units, rounded to a multiple of 8
     * @param image channels, height, width
     * @throws Invalid if there is no such network
     */
    public static Graph build(String name, double width, Shape image, int classes, long seed) {
        if (!(width > 0 && width <= 8)) throw new Invalid("width must be above 0 and at most 8, got " + width);
        SmallBuilder b = new SmallBuilder(name, width, image, seed);
        switch (name) {
            case "tiny_cnn" -> cnn(b, 16, classes);
            case "small_cnn" -> cnn(b, 32, classes);
            case "mobilenet_28" -> mobilenet(b, classes);
            default -> {
                if (!MLP.matcher(name).matches()) throw new Invalid("there is no small network " + name + "; choose one of " + String.join(", ", names()));
                mlp(b, Arrays.stream(name.substring(4).split("-", -1)).mapToInt(Integer::parseInt).toArray(), classes);
            }
        }
        return b.build();
    }

    private static void mlp(SmallBuilder b, int[] hidden, int classes) {
        b.flatten("flat");
        for (int i = 0; i < hidden.length; i++) {
            b.gemm("fc" + (i + 1), b.width() == 1 ? hidden[i] : b.channels(hidden[i]));
            b.activate("fc" + (i + 1) + "/relu", Activation.RELU);
        }
        b.gemm("classifier", classes);
    }

    private static void cnn(SmallBuilder b, int channels, int classes) {
        b.conv("conv1", b.channels(channels), 3, 1, Activation.RELU);
        b.conv("conv2", b.channels(2 * channels), 3, 2, Activation.RELU);
        b.conv("conv3", b.channels(4 * channels), 3, 2, Activation.RELU);
        classify(b, classes);
    }

    private static void mobilenet(SmallBuilder b, int classes) {
        b.conv("conv1", b.channels(32), 3, 2, Activation.RELU);
        for (int i = 0; i < MOBILE.length; i++) {
            b.depthwise("block" + (i + 1) + "/depthwise", MOBILE[i][1], Activation.RELU);
            b.conv("block" + (i + 1) + "/pointwise", b.channels(MOBILE[i][0]), 1, 1, Activation.RELU);
        }
        classify(b, classes);
    }

    private static void classify(SmallBuilder b, int classes) {
        b.pool("pool");
        b.flatten("flat");
        b.gemm("classifier", classes);
    }
}

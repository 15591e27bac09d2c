package dev.lacewing.onnx;

import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.Coordinates;
import dev.lacewing.graph.Op.NearestMode;
import dev.lacewing.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resize (opset 10; 11 and newer) and its forerunner Upsample, over the two axes of an image. */
final class ResizeImporter {
    private ResizeImporter() {}

    static void upsample(Call call) { simple(call); }

    static void resize(Call call) {
        if (call.opset() < 11) {
            simple(call);
            return;
        }
        Shape x = call.image(0);
        Attributes at = call.attributes();
        if (given(call, 2) == given(call, 3)) throw call.malformed("it needs either scales or sizes");
        float[] sizes = given(call, 3) ? spread(call, floats(call.integers(3)), floats(x.dims().stream().mapToLong(d -> d).toArray())) : null;
        if (at.flag("antialias", false)) throw call.unsupported("antialias");
        String policy = at.text("keep_aspect_ratio_policy", "stretch");
        if (!policy.equals("stretch")) throw call.unsupported("keep_aspect_ratio_policy " + policy);
        float[] scales = sizes == null ? spread(call, call.floats(2).values(), new float[] {1, 1, 1, 1}) : new float[4];
        for (int a = 0; a < 4 && sizes != null; a++) scales[a] = sizes[a] / x.dim(a);
        Op.ResizeMode mode = mode(call);
        NearestMode nearest = nearest(call, at.text("nearest_mode", "round_prefer_floor"));
        emit(call, x, scales, sizes, mode, coordinates(call, x, scales), nearest);
    }

    /** Scales from the origin; the nearest pixel is the one before when enlarging and the one after when reducing. */
    private static void simple(Call call) {
        Shape x = call.image(0);
        float[] scales = spread(call, call.floats(1).values(), new float[] {1, 1, 1, 1});
        Op.ResizeMode mode = mode(call);
        boolean reduces = scales[2] < 1 || scales[3] < 1;
        if (mode == Op.ResizeMode.NEAREST && reduces && (scales[2] > 1 || scales[3] > 1)) throw call.unsupported("one axis enlarged and one reduced");
        emit(call, x, scales, null, mode, Coordinates.ASYMMETRIC, reduces ? NearestMode.CEIL : NearestMode.FLOOR);
    }

    private static void emit(Call call, Shape x, float[] scales, float @Nullable [] sizes, Op.ResizeMode mode, Coordinates coordinates, NearestMode nearest) {
        for (float s : scales) if (!(s > 0) || s > Integer.MAX_VALUE) throw call.invalid("scales of " + Arrays.toString(scales));
        if (scales[0] != 1 || scales[1] != 1) throw call.unsupported("batch or channels resized");
        int[] extent = new int[2];
        for (int a = 0; a < 2; a++) {
            double wanted = sizes == null ? Math.floor((double) (x.dim(2 + a) * scales[2 + a])) : sizes[2 + a];
            if (wanted < 1 || wanted > Integer.MAX_VALUE) throw call.invalid("an output extent of " + wanted);
            extent[a] = (int) wanted;
        }
        call.emit(new Op.Resize(extent[0], extent[1], scales[2], scales[3], mode, coordinates, nearest), call.activation(0));
    }

    private static Op.ResizeMode mode(Call call) {
        String mode = call.attributes().text("mode", "nearest");
        return switch (mode) {
            case "nearest" -> Op.ResizeMode.NEAREST;
            case "linear", "bilinear" -> Op.ResizeMode.LINEAR;
            case "cubic" -> throw call.unsupported("mode cubic");
            default -> throw call.malformed("mode " + mode);
        };
    }

    private static NearestMode nearest(Call call, String mode) {
        return switch (mode) {
            case "round_prefer_floor", "" -> NearestMode.ROUND_PREFER_FLOOR;
            case "round_prefer_ceil" -> NearestMode.ROUND_PREFER_CEIL;
            case "floor" -> NearestMode.FLOOR;
            case "ceil" -> NearestMode.CEIL;
            default -> throw call.malformed("nearest_mode " + mode);
        };
    }

    private static Coordinates coordinates(Call call, Shape x, float[] scales) {
        String mode = call.attributes().text("coordinate_transformation_mode", "half_pixel");
        return switch (mode) {
            case "half_pixel" -> Coordinates.HALF_PIXEL;
            case "pytorch_half_pixel" -> Coordinates.PYTORCH_HALF_PIXEL;
            case "align_corners" -> Coordinates.ALIGN_CORNERS;
            case "asymmetric" -> Coordinates.ASYMMETRIC;
            case "half_pixel_symmetric" -> {   // differs from half_pixel only when the extent was rounded
                for (int a = 2; a < 4; a++)
                    if (x.dim(a) * scales[a] != Math.rint(x.dim(a) * scales[a])) throw call.unsupported("half_pixel_symmetric coordinates at a rounded size");
                yield Coordinates.HALF_PIXEL;
            }
            case "tf_crop_and_resize", "tf_half_pixel_for_nn" -> throw call.unsupported("coordinates " + mode);
            default -> throw call.malformed("coordinate_transformation_mode " + mode);
        };
    }

    /** Left-out inputs are absent, or empty tensors. */
    private static boolean given(Call call, int i) { return call.has(i) && call.literal(i).size() > 0; }

    /** One entry for each axis, or (from opset 18) for each of {@code axes}. */
    private static float[] spread(Call call, float[] given, float[] otherwise) {
        long[] axes = call.attributes().integers("axes");
        List<Integer> which = axes == null ? List.of(0, 1, 2, 3) : LayoutImporters.axes(call, axes, 4);
        if (given.length != which.size()) throw call.malformed("expected " + which.size() + " scales or sizes, got " + given.length);
        for (int i = 0; i < given.length; i++) otherwise[which.get(i)] = given[i];
        return otherwise;
    }

    private static float[] floats(long[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) floats[i] = values[i];
        return floats;
    }
}

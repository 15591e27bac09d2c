package dev.lacewing.onnx;

import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import java.util.Arrays;

/** The window attributes that Conv and the pools share: kernel_shape, strides, dilations, pads, auto_pad. */
final class Windows {
    /** Larger kernels, strides, dilations and pads are refused, so that products of two stay within an int. */
    private static final int LARGEST = 1 << 15;

    private Windows() {}

    /** @param x the NCHW input, whose extents decide the padding of auto_pad SAME_UPPER and SAME_LOWER */
    static Window read(Call call, Shape x, int kernelHeight, int kernelWidth) {
        int[] kernel = {kernelHeight, kernelWidth}, stride = entries(call, "strides", 2, 1, 1), dilation = entries(call, "dilations", 2, 1, 1);
        if (Math.max(kernelHeight, kernelWidth) > LARGEST) throw call.invalid("a kernel of " + kernelHeight + "x" + kernelWidth);
        String auto = call.attributes().text("auto_pad", "NOTSET");
        int[] pad = switch (auto) {
            case "NOTSET" -> entries(call, "pads", 4, 0, 0);
            case "VALID" -> new int[4];
            case "SAME_UPPER", "SAME_LOWER" -> same(x, kernel, stride, dilation, auto.equals("SAME_UPPER"));
            default -> throw call.malformed("auto_pad " + auto);
        };
        return new Window(kernel[0], kernel[1], stride[0], stride[1], dilation[0], dilation[1], pad[0], pad[1], pad[2], pad[3]);
    }

    /** The kernel's extents as the attribute gives them. */
    static int[] kernel(Call call) {
        if (!call.attributes().has("kernel_shape")) throw call.malformed("it lacks its kernel_shape");
        return entries(call, "kernel_shape", 2, 1, 1);
    }

    /** The output has ceil(extent / stride) pixels; an odd pixel of padding goes after (upper) or before. */
    private static int[] same(Shape x, int[] kernel, int[] stride, int[] dilation, boolean upper) {
        int[] pad = new int[4];
        for (int a = 0; a < 2; a++) {
            int extent = x.dim(2 + a), span = dilation[a] * (kernel[a] - 1) + 1;
            long total = Math.max(0, (Math.ceilDiv(extent, stride[a]) - 1L) * stride[a] + span - extent);
            pad[a] = (int) (upper ? total / 2 : total - total / 2);
            pad[a + 2] = (int) (total - pad[a]);
        }
        return pad;
    }

    private static int[] entries(Call call, String name, int count, int otherwise, int least) {
        long[] given = call.attributes().integers(name);
        int[] entries = new int[count];
        Arrays.fill(entries, otherwise);
        if (given == null || given.length == 0) return entries;
        if (given.length != count) throw call.malformed("expected " + count + " entries in " + name + ", got " + given.length);
        for (int i = 0; i < count; i++) {
            if (given[i] < least || given[i] > LARGEST) throw call.invalid(name + " has the entry " + given[i] + ", expected " + least + " to " + LARGEST);
            entries[i] = (int) given[i];
        }
        return entries;
    }
}

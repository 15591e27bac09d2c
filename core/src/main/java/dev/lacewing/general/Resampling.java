package dev.lacewing.general;

import dev.lacewing.graph.Op.Coordinates;
import dev.lacewing.graph.Op.NearestMode;

/** Where an output pixel of a resize lies in the input, along one axis; in fp32 as the ONNX operator defines it. */
final class Resampling {
    private Resampling() {}

    static float source(Coordinates mode, int index, int extent, int outExtent, float scale) {
        return switch (mode) {
            case HALF_PIXEL -> (index + 0.5f) / scale - 0.5f;
            case PYTORCH_HALF_PIXEL -> outExtent > 1 ? (index + 0.5f) / scale - 0.5f : 0;
            case ALIGN_CORNERS -> outExtent > 1 ? (float) index * (extent - 1) / (outExtent - 1) : 0;
            case ASYMMETRIC -> index / scale;
        };
    }

    static int nearest(NearestMode mode, float at, int extent) {
        double rounded = switch (mode) {
            case ROUND_PREFER_FLOOR -> Math.ceil(at - 0.5);
            case ROUND_PREFER_CEIL -> Math.floor(at + 0.5);
            case FLOOR -> Math.floor(at);
            case CEIL -> Math.ceil(at);
        };
        return Math.clamp((int) rounded, 0, extent - 1);
    }
}

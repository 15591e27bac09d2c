package dev.lacewing.graph;

import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;

/**
 * What a node computes. Weights stand inside the op; a node's inputs are activations only. Images are NCHW. Exhaustive {@code switch}es over this
 * family make the compiler list what a new op still lacks.
 */
public sealed interface Op {
    /** y = activation(conv(x, weight) + bias); weight [out, in / groups, kh, kw], bias [out]. */
    record Conv(Tensor weight, Tensor bias, Window window, int groups, Activation activation) implements Op {
        public int outChannels() { return weight.shape().dim(0); }

        public int inChannels() { return weight.shape().dim(1) * groups; }

        /** One filter for each input channel and one output channel for each filter. */
        public boolean isDepthwise() { return groups > 1 && groups == outChannels() && weight.shape().dim(1) == 1; }

        public boolean isPointwise() { return groups == 1 && window.isPointwise(); }
    }

    /** y = activation(x * transpose(weight) + bias) over the last axis of x; weight [out, in], bias [out]. */
    record Gemm(Tensor weight, Tensor bias, Activation activation) implements Op {}

    /** The product of two activations over their last two axes, leading axes broadcast. */
    record MatMul() implements Op {}

    /** Inference form, over axis 1: y = (x - mean) / sqrt(variance + epsilon) * scale + shift; each tensor [channels]. */
    record BatchNormalization(Tensor scale, Tensor shift, Tensor mean, Tensor variance, float epsilon) implements Op {
        public int channels() { return scale.size(); }

        /** y = x * factor + addend in this channel. */
        public double factor(int channel) { return scale.values()[channel] / Math.sqrt((double) variance.values()[channel] + epsilon); }

        public double addend(int channel) { return shift.values()[channel] - mean.values()[channel] * factor(channel); }
    }

    record Activate(Activation activation) implements Op {}

    /** y = activation(a what b) with NumPy broadcasting. */
    record Binary(Arithmetic what, Activation activation) implements Op {}

    /** A constant activation: no inputs. */
    record Constant(Tensor value) implements Op {}

    /** {@code ceil}: output extents round up; {@code countPadding}: an average divides by the whole window (padding inside the pads counted). */
    record Pool(PoolKind kind, Window window, boolean ceil, boolean countPadding) implements Op {}

    /** NCHW to [N, C, 1, 1]. */
    record GlobalAveragePool() implements Op {}

    /** {@code axes} non-negative and ascending, each once. */
    record ReduceMean(List<Integer> axes, boolean keepDims) implements Op {
        public ReduceMean { axes = List.copyOf(axes); }
    }

    /** x * gate(expand * middle(reduce * mean(x) + reduceBias) + expandBias): channel attention (Hu et al. 2018). reduce [r, c], expand [c, r]. */
    record SqueezeExcite(Tensor reduce, Tensor reduceBias, Activation middle, Tensor expand, Tensor expandBias, Activation gate) implements Op {}

    record Concat(int axis) implements Op {}

    /** Same elements in row-major order, another shape. Flatten, Squeeze and Unsqueeze are this as well. */
    record Reshape(Shape shape) implements Op {}

    record Transpose(List<Integer> permutation) implements Op {
        public Transpose { permutation = List.copyOf(permutation); }
    }

    /** For each axis: elements start, start + step, ... {@code sizes} of them. Steps may be negative. One entry for each axis of the input. */
    record Slice(List<Integer> starts, List<Integer> steps, List<Integer> sizes) implements Op {
        public Slice {
            starts = List.copyOf(starts);
            steps = List.copyOf(steps);
            sizes = List.copyOf(sizes);
        }
    }

    /** Elements added before and after each axis (non-negative), one entry for each axis of the input. */
    record Pad(List<Integer> before, List<Integer> after, PadMode mode, float value) implements Op {
        public Pad {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    record DepthToSpace(int block, DepthOrder order) implements Op {}

    /** NCHW to [N, C, height, width]; scales are those of the file (output / input where it gave sizes). */
    record Resize(int height, int width, float scaleHeight, float scaleWidth, ResizeMode mode, Coordinates coordinates, NearestMode nearest) implements Op {}

    record Softmax(int axis) implements Op {}

    record Identity() implements Op {}

    enum Arithmetic { ADD, SUB, MUL, DIV }

    enum PoolKind { MAX, AVERAGE }

    enum PadMode { CONSTANT, REFLECT, EDGE }

    /** Which index of the depth is the block's: depth-column-row or column-row-depth, as in ONNX. */
    enum DepthOrder { DCR, CRD }

    enum ResizeMode { NEAREST, LINEAR }

    /** How an output pixel's centre maps to the input, as in ONNX {@code coordinate_transformation_mode}. */
    enum Coordinates { HALF_PIXEL, PYTORCH_HALF_PIXEL, ALIGN_CORNERS, ASYMMETRIC }

    enum NearestMode { ROUND_PREFER_FLOOR, ROUND_PREFER_CEIL, FLOOR, CEIL }
}

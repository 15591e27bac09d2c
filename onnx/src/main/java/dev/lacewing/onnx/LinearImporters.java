package dev.lacewing.onnx;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conv, Gemm, MatMul, BatchNormalization: the operators with weights. */
final class LinearImporters {
    private LinearImporters() {}

    static void conv(Call call) {
        Shape x = call.image(0);
        Tensor weight = call.weights(1);
        if (weight.shape().rank() != 4) throw call.malformed("expected a weight of rank 4, got " + weight.shape());
        int out = weight.shape().dim(0), height = weight.shape().dim(2), width = weight.shape().dim(3);
        if (call.attributes().has("kernel_shape")) {
            int[] kernel = Windows.kernel(call);
            if (kernel[0] != height || kernel[1] != width) throw call.invalid("kernel_shape " + kernel[0] + "x" + kernel[1] + " for a weight of " + weight.shape());
        }
        Window window = Windows.read(call, x, height, width);
        int groups = call.toInt(call.attributes().integer("group", 1), "group");
        if (groups < 1 || (long) weight.shape().dim(1) * groups != x.dim(1))
            throw call.invalid("a weight of " + weight.shape() + " in " + groups + " groups does not take an input of " + x);
        Tensor bias = call.has(2) ? call.weights(2) : Tensor.zeros(out);
        call.emit(new Op.Conv(weight, bias, window, groups, Activation.NONE), call.activation(0));
    }

    static void batchNormalization(Call call) {
        if (call.attributes().flag("training_mode", false)) throw call.unsupported("training_mode (export the model for inference)");
        float epsilon = call.attributes().real("epsilon", 1e-5f);
        if (!(epsilon >= 0) || Float.isInfinite(epsilon)) throw call.invalid("an epsilon of " + epsilon);
        call.emit(new Op.BatchNormalization(call.weights(1), call.weights(2), call.weights(3), call.weights(4), epsilon), call.activation(0));
    }

    /** alpha * A * B + beta * C. Constant B and a C that is constant along the rows make one Op.Gemm; anything else is spelt out. */
    static void gemm(Call call) {
        Attributes at = call.attributes();
        float alpha = at.real("alpha", 1), beta = at.real("beta", 1);
        if (call.rank(0) != 2 || call.rank(1) != 2) throw call.invalid("expected matrices, got " + call.shape(0) + " and " + call.shape(1));
        String a = at.flag("transA", false) ? call.step("transA", new Op.Transpose(List.of(1, 0)), call.activation(0)) : call.activation(0);
        boolean transposed = at.flag("transB", false), hasC = call.has(2) && beta != 0;
        int columns = call.shape(1).dim(transposed ? 0 : 1);
        if (!call.isLiteral(1)) {
            String b = transposed ? call.step("transB", new Op.Transpose(List.of(1, 0)), call.activation(1)) : call.activation(1);
            String left = alpha == 1 ? a : scaled(call, "alpha", a, alpha);
            if (hasC) addC(call, call.step("product", new Op.MatMul(), left, b), beta);
            else call.emit(new Op.MatMul(), left, b);
            return;
        }
        Tensor weight = scale(transposed ? call.weights(1) : transpose(call.weights(1)), alpha);
        Tensor bias = hasC ? bias(call, columns, beta) : Tensor.zeros(columns);
        if (bias != null) call.emit(new Op.Gemm(weight, bias, Activation.NONE), a);
        else addC(call, call.step("product", new Op.Gemm(weight, Tensor.zeros(columns), Activation.NONE), a), beta);
    }

    static void matMul(Call call) {
        if (call.isLiteral(1) && !call.isLiteral(0)) {
            Tensor right = call.weights(1);
            Shape shape = right.shape();
            boolean matrix = shape.rank() >= 2 && shape.size() == shape.dim(-1) * shape.dim(-2) && shape.rank() <= Math.max(2, call.rank(0));
            if (matrix) {
                Tensor weight = transpose(right.reshape(Shape.of(shape.dim(-2), shape.dim(-1))));
                call.emit(new Op.Gemm(weight, Tensor.zeros(shape.dim(-1)), Activation.NONE), call.activation(0));
                return;
            }
        }
        if (call.rank(0) < 2 || call.rank(1) < 2) throw call.unsupported("a vector (rank 1) operand");
        call.emit(new Op.MatMul(), call.activation(0), call.activation(1));
    }

    /** [rows, columns] to [columns, rows]. */
    static Tensor transpose(Tensor t) {
        int rows = t.shape().dim(0), columns = t.shape().dim(1);
        float[] turned = new float[t.size()];
        for (int r = 0; r < rows; r++) for (int c = 0; c < columns; c++) turned[c * rows + r] = t.values()[r * columns + c];
        return Tensor.of(turned, columns, rows);
    }

    /** C times beta as one value for each column, or null if C is computed or differs between rows. */
    private static @Nullable Tensor bias(Call call, int columns, float beta) {
        if (!call.isLiteral(2)) return null;
        Tensor c = scale(call.weights(2), beta);
        int last = c.shape().rank() == 0 ? 1 : c.shape().dim(-1);
        if (c.size() != last || last != 1 && last != columns) return null;
        if (c.size() == columns) return c.reshape(Shape.of(columns));
        float[] spread = new float[columns];
        Arrays.fill(spread, c.values()[0]);
        return Tensor.of(spread, columns);
    }

    private static void addC(Call call, String product, float beta) {
        call.emit(binary(Op.Arithmetic.ADD), product, beta == 1 ? call.activation(2) : scaled(call, "beta", call.activation(2), beta));
    }

    private static String scaled(Call call, String name, String value, float factor) {
        return call.step("times_" + name, binary(Op.Arithmetic.MUL), value, call.constant(name, Tensor.of(new float[] {factor}, 1)));
    }

    private static Op binary(Op.Arithmetic what) { return new Op.Binary(what, Activation.NONE); }

    private static Tensor scale(Tensor t, float factor) {
        if (factor == 1) return t;
        float[] scaled = new float[t.size()];
        for (int i = 0; i < scaled.length; i++) scaled[i] = t.values()[i] * factor;
        return new Tensor(t.shape(), scaled);
    }
}

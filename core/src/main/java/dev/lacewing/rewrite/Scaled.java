package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import org.jspecify.annotations.Nullable;

/** The small ops that hard-sigmoid and hard-swish are spelt in. */
final class Scaled {
    private Scaled() {}

    /** {@code x * factor}, spelt as a product with a constant or a quotient by one. */
    record Product(String x, float factor) {}

    /** {@code min(max(x + shift, 0), hi)}; {@code last} writes it, {@code first} is the addition (the same node where the clamp is fused). */
    record ShiftedClamp(String x, float shift, float hi, Node first, Node last) {
        void remove(Edits edits) {
            edits.remove(last);
            if (first != last) edits.remove(first);
        }
    }

    static @Nullable Product product(Edits edits, Node node) {
        if (!(node.op() instanceof Op.Binary(var what, var activation)) || !(activation instanceof Activation.None)) return null;
        String a = node.inputs().get(0), b = node.inputs().get(1);
        float left = edits.scalar(a), right = edits.scalar(b);
        String x = Float.isNaN(right) ? b : a;
        if (Float.isNaN(left) == Float.isNaN(right) || !edits.shape(x).equals(edits.shape(node.output()))) return null;
        return switch (what) {
            case MUL -> new Product(x, Float.isNaN(right) ? left : right);
            case DIV -> Float.isNaN(right) || right == 0 ? null : new Product(a, 1 / right);
            case ADD, SUB -> null;
        };
    }

    /** The pattern that writes {@code value}, if nobody but the asking node reads what it computes on the way. */
    static @Nullable ShiftedClamp shiftedClamp(Edits edits, String value) {
        Node last = edits.privateProducer(value);
        return last == null ? null : shiftedClamp(edits, last);
    }

    /** The pattern that ends in {@code last}, if nobody else reads what it computes on the way. */
    static @Nullable ShiftedClamp shiftedClamp(Edits edits, Node last) {
        if (last.op() instanceof Op.Activate(Activation.Clamp clamp)) {
            Node sum = edits.privateProducer(last.input());
            return sum != null && sum.op() instanceof Op.Binary b && b.activation() instanceof Activation.None ? shiftedClamp(edits, sum, last, clamp) : null;
        }
        return last.op() instanceof Op.Binary b && b.activation() instanceof Activation.Clamp clamp ? shiftedClamp(edits, last, last, clamp) : null;
    }

    private static @Nullable ShiftedClamp shiftedClamp(Edits edits, Node sum, Node last, Activation.Clamp clamp) {
        if (clamp.lo() != 0 || !(sum.op() instanceof Op.Binary(var what, var fused))) return null;
        String a = sum.inputs().get(0), b = sum.inputs().get(1);
        float left = edits.scalar(a), right = edits.scalar(b);
        String x = Float.isNaN(right) ? b : a;
        if (Float.isNaN(left) == Float.isNaN(right) || !edits.shape(x).equals(edits.shape(sum.output()))) return null;
        return switch (what) {
            case ADD -> new ShiftedClamp(x, Float.isNaN(right) ? left : right, clamp.hi(), sum, last);
            case SUB -> Float.isNaN(right) ? null : new ShiftedClamp(a, -right, clamp.hi(), sum, last);
            case MUL, DIV -> null;
        };
    }

    static boolean near(float a, float b) { return Math.abs(a - b) <= 1e-5f * Math.abs(b); }
}

package dev.lacewing.train.parameter;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trained array of a graph: its values, the gradient of the last step, the mask that a method laid over it, and what the optimizer remembers of it. All arrays
 * are row-major in {@link #shape()} and are written in place. Not safe for use by several threads.
 */
public final class Parameter {
    /** What the array is in its layer. Only a WEIGHT is ever made sparse. */
    public enum Role { WEIGHT, BIAS, SCALE, SHIFT, SLOPE }

    private final String name;
    private final Role role;
    private final Shape shape;
    private final int groups;
    private final float[] values, gradient;
    private final List<float[]> slots = new ArrayList<>();
    private final Map<String, float[]> notes = new LinkedHashMap<>();
    private @Nullable Mask mask;

    /**
     * @param name unique in its graph: the node's name, a slash, and what it is: {@code conv1/weight}
     * @param groups of a convolution's weight [out, in / groups, kh, kw], otherwise 1
     * @param values taken over, not copied
     */
    public Parameter(String name, Role role, Shape shape, int groups, float[] values) {
        if (values.length != shape.size()) throw new Invalid(name + " of shape " + shape + " needs " + shape.size() + " values, got " + values.length);
        this.name = name;
        this.role = role;
        this.shape = shape;
        this.groups = groups;
        this.values = values;
        gradient = new float[values.length];
    }

    public String name() { return name; }

    public Role role() { return role; }

    public Shape shape() { return shape; }

    public int groups() { return groups; }

    public int size() { return values.length; }

    /** What the optimizer updates. Under a hard mask zero wherever the mask is dead, once {@link #applyMask} was called. */
    public float[] values() { return values; }

    /** Of the loss by what the forward pass read: dense, also where the mask is dead. */
    public float[] gradient() { return gradient; }

    /** What the forward pass reads: the values, with zeros where the mask is dead. The array itself if there is no mask. */
    public float[] read() {
        Mask m = mask;
        return m == null ? values : m.over(values);
    }

    public @Nullable Mask mask() { return mask; }

    public void mask(@Nullable Mask mask) {
        if (mask != null && mask.size() != size()) throw new Invalid("a mask of " + mask.size() + " for the " + size() + " values of " + name);
        this.mask = mask;
    }

    /** Zeroes dead values under a hard mask: to be called by whoever makes values dead. Under another mask, or none, does nothing. */
    public void applyMask() { if (mask != null && mask.kind() == Mask.Kind.HARD) mask.clear(values); }

    /** What the optimizer remembers (momentum; first and second moments): as many arrays as it asked for, zero at first. */
    public List<float[]> slots(int count) {
        while (slots.size() < count) slots.add(new float[values.length]);
        return slots;
    }

    /** Those that the optimizer has asked for so far. */
    public List<float[]> slots() { return slots; }

    /** Forgets what the optimizer remembers of one value. */
    public void clearSlots(int index) { for (float[] slot : slots) slot[index] = 0; }

    /** What a method remembers beside mask and values, by name. Written in place; a checkpoint keeps them with the slots. */
    public Map<String, float[]> notes() { return notes; }

    /** The note of this name, of {@code size} zeros at first. */
    public float[] note(String what, int size) { return notes.computeIfAbsent(what, w -> new float[size]); }

    /** Share of the values that the forward pass reads as nonzero. */
    public double density() {
        int count = 0;
        for (float v : read()) if (v != 0) count++;
        return (double) count / size();
    }

    @Override
    public String toString() { return name + " " + shape; }
}

package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Fixes the extents that a file leaves open: by {@code input.axis}, then by symbolic name; an open first axis is a batch of 1. */
final class InputShapes {
    private final Map<String, Integer> given;
    private final Set<String> used = new HashSet<>(), names = new TreeSet<>();
    private final List<String> open = new ArrayList<>();

    private InputShapes(Map<String, Integer> given) { this.given = given; }

    /**
     * @throws Invalid if an extent stays open, contradicts the file, is not positive, or if {@code given} names a dimension that the model does not have
     */
    static List<Value> resolve(List<ValueInfoProto> inputs, Map<String, Integer> given) {
        InputShapes shapes = new InputShapes(given);
        List<Value> values = new ArrayList<>();
        for (ValueInfoProto input : inputs) {
            List<Integer> dims = shapes.dims(input);
            if (shapes.open.isEmpty()) values.add(new Value(input.getName(), new Shape(dims)));
        }
        if (!shapes.open.isEmpty())
            throw new Invalid("the file leaves open: " + String.join(", ", shapes.open) + ". Fix each by name, for example --dim " + shapes.open.getFirst().split(" ")[0] + "=224");
        for (String key : given.keySet())
            if (!shapes.used.contains(key))
                throw new Invalid("the model has no dimension named " + key + (shapes.names.isEmpty() ? "" : "; it has " + String.join(", ", shapes.names)));
        return values;
    }

    private List<Integer> dims(ValueInfoProto input) {
        String name = input.getName();
        var type = input.getType().getTensorType();
        if (!input.getType().hasTensorType()) throw new Unsupported("input " + name + " is no tensor");
        if (type.getElemType() != DataType.FLOAT_VALUE)
            throw new Unsupported("input " + name + " has element type " + DataType.forNumber(type.getElemType()) + ": only fp32 networks are supported");
        if (!type.hasShape()) throw new Invalid("input " + name + " has no shape in the file: export the model with one");
        List<Integer> dims = new ArrayList<>();
        for (int axis = 0; axis < type.getShape().getDimCount(); axis++) dims.add(extent(name, axis, type.getShape().getDim(axis)));
        return dims;
    }

    private int extent(String input, int axis, Dimension dim) {
        String place = input + "." + axis, symbol = dim.getDimParam();
        names.add(place);
        if (!symbol.isEmpty()) names.add(symbol);
        Integer wanted = take(place), named = symbol.isEmpty() ? null : take(symbol);
        if (dim.hasDimValue() && dim.getDimValue() > 0) {
            if (dim.getDimValue() > Integer.MAX_VALUE) throw new Malformed("input " + input + " has an extent of " + dim.getDimValue() + " on axis " + axis);
            int fixed = (int) dim.getDimValue();
            if (wanted != null && wanted != fixed) throw new Invalid(place + " is fixed at " + fixed + " in the file, cannot be " + wanted);
            return fixed;
        }
        if (wanted != null) return wanted;
        if (named != null) return named;
        if (axis != 0) open.add(symbol.isEmpty() ? place : symbol + " (axis " + axis + " of input " + input + ")");
        return 1;
    }

    private @Nullable Integer take(String key) {
        Integer value = given.get(key);
        if (value == null) return null;
        if (value < 1) throw new Invalid("the dimension " + key + " must be at least 1, got " + value);
        used.add(key);
        return value;
    }
}

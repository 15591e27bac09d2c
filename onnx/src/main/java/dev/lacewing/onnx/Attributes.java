package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lacewing.error.LacewingException.Malformed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of one node, by name and checked type. */
final class Attributes {
    private final String who;
    private final Map<String, AttributeProto> byName = new HashMap<>();

    Attributes(NodeProto node, String who) {
        this.who = who;
        for (AttributeProto a : node.getAttributeList())
            if (byName.put(a.getName(), a) != null) throw new Malformed(who + " has two attributes " + a.getName());
    }

    boolean has(String name) { return byName.containsKey(name); }

    long integer(String name, long otherwise) {
        AttributeProto a = get(name, AttributeType.INT);
        return a == null ? otherwise : a.getI();
    }

    boolean flag(String name, boolean otherwise) { return integer(name, otherwise ? 1 : 0) != 0; }

    float real(String name, float otherwise) {
        AttributeProto a = get(name, AttributeType.FLOAT);
        return a == null ? otherwise : a.getF();
    }

    String text(String name, String otherwise) {
        AttributeProto a = get(name, AttributeType.STRING);
        return a == null ? otherwise : a.getS().toStringUtf8();
    }

    long @Nullable [] integers(String name) {
        AttributeProto a = get(name, AttributeType.INTS);
        return a == null ? null : longs(a.getIntsList());
    }

    @Nullable List<Float> reals(String name) {
        AttributeProto a = get(name, AttributeType.FLOATS);
        return a == null ? null : a.getFloatsList();
    }

    @Nullable AttributeProto get(String name, AttributeType type) {
        AttributeProto a = byName.get(name);
        if (a == null) return null;
        if (!a.getRefAttrName().isEmpty() || a.hasType() && a.getType() != type)
            throw new Malformed(who + ": expected its attribute " + name + " to be of type " + type + ", got " + a.getType());
        return a;
    }

    private static long[] longs(List<Long> list) { return list.stream().mapToLong(Long::longValue).toArray(); }
}

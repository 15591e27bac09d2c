package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lacewing.error.LacewingException.Malformed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** Puts nodes in an order in which all stand after what they read (the file's own order where that is one) and drops those that no output needs. */
final class NodeOrder {
    private NodeOrder() {}

    /**
     * Kahn's algorithm; among the ready nodes, the one that comes first in the file.
     *
     * @param given values that stand without any node: inputs and initializers
     * @throws Malformed if nodes form a cycle, or a value is written twice or never
     */
    static List<NodeProto> sort(List<NodeProto> nodes, Set<String> given, Collection<String> outputs) {
        Map<String, Integer> writer = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++)
            for (String out : nodes.get(i).getOutputList())
                if (!out.isEmpty() && (given.contains(out) || writer.put(out, i) != null)) throw new Malformed("the value " + out + " is written twice");
        List<List<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) readers.add(new ArrayList<>());
        int[] waiting = new int[nodes.size()];
        for (int i = 0; i < nodes.size(); i++)
            for (String in : nodes.get(i).getInputList()) {
                if (in.isEmpty() || given.contains(in)) continue;
                Integer from = writer.get(in);
                if (from == null) throw new Malformed("node " + label(nodes.get(i)) + " reads " + in + ", which nothing in the file writes");
                readers.get(from).add(i);
                waiting[i]++;
            }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < nodes.size(); i++) if (waiting[i] == 0) ready.add(i);
        List<NodeProto> sorted = new ArrayList<>();
        for (Integer next = ready.poll(); next != null; next = ready.poll()) {
            sorted.add(nodes.get(next));
            for (int reader : readers.get(next)) if (--waiting[reader] == 0) ready.add(reader);
        }
        if (sorted.size() < nodes.size()) throw new Malformed("the graph has a cycle: these nodes wait for each other or for one that does: " + stuck(nodes, waiting));
        return live(sorted, outputs);
    }

    private static List<NodeProto> live(List<NodeProto> sorted, Collection<String> outputs) {
        Set<String> needed = new HashSet<>(outputs);
        List<NodeProto> kept = new ArrayList<>();
        for (NodeProto n : sorted.reversed())
            if (n.getOutputList().stream().anyMatch(o -> !o.isEmpty() && needed.contains(o))) {
                needed.addAll(n.getInputList());
                kept.add(n);
            }
        return kept.reversed();
    }

    private static List<String> stuck(List<NodeProto> nodes, int[] waiting) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < waiting.length && names.size() < 5; i++) if (waiting[i] > 0) names.add(label(nodes.get(i)));
        return names;
    }

    private static String label(NodeProto n) { return n.getName().isEmpty() ? n.getOpType() : n.getName() + " (" + n.getOpType() + ")"; }
}

package dev.lacewing.plan;

import dev.lacewing.general.Staging;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Chooses the layout of every value. Values that flat kernels read and write together form a class with one row pitch: wide enough for the widest member and the
 * widest halo that any consumer of a member reads. Then each member gets the rows above and below that its own consumers read.
 */
final class LayoutPlanner {
    private record Halo(int top, int left, int bottom, int right) {
        static final Halo NONE = new Halo(0, 0, 0, 0);

        Halo max(Halo o) { return new Halo(Math.max(top, o.top), Math.max(left, o.left), Math.max(bottom, o.bottom), Math.max(right, o.right)); }
    }

    private final Graph graph;
    private final Map<String, String> parent = new HashMap<>();
    private final Map<String, Halo> halos = new HashMap<>();
    private final Map<String, Integer> minimum = new HashMap<>();
    private final Set<String> zeroed = new HashSet<>();
    /** Depthwise layers that could do without a halo. */
    private final List<Node> undemanding = new ArrayList<>();
    private final Machine machine;

    private LayoutPlanner(Graph graph, Machine machine) {
        this.graph = graph;
        this.machine = machine;
    }

    /**
     * @param layouts of every value of the graph
     * @param zeroed values whose gaps and halos must hold zeros, because a consumer reads them
     * @param withoutHalo outputs of depthwise layers whose input has no halo for them
     */
    record Result(Map<String, Layout> layouts, Set<String> zeroed, Set<String> withoutHalo) {}

    static Result plan(Graph graph, Machine machine) { return new LayoutPlanner(graph, machine).plan(); }

    private Result plan() {
        for (Node node : graph.nodes()) demand(node);
        Map<String, Integer> pitch = pitches();
        Set<String> withoutHalo = new HashSet<>();
        for (Node node : undemanding) {
            if (isShorterWithout(node, pitch)) withoutHalo.add(node.output());
            else {
                halo(node.input(), window(node));
                pitch = pitches();
            }
        }
        Map<String, Halo> beside = new HashMap<>();
        for (Node node : undemanding) if (withoutHalo.contains(node.output())) beside.merge(node.input(), new Halo(0, window(node).padLeft(), 0, window(node).padRight()), Halo::max);
        pitch = pitches();
        Map<String, Layout> layouts = new LinkedHashMap<>();
        for (var value : graph.shapes().entrySet()) {
            Shape shape = value.getValue();
            Halo h = halos.getOrDefault(value.getKey(), Halo.NONE).max(beside.getOrDefault(value.getKey(), Halo.NONE));
            layouts.put(value.getKey(), isPlanes(shape) ? Layout.planes(shape, Objects.requireNonNull(pitch.get(root(value.getKey()))), h.top(), h.left(), h.bottom(), h.right())
                    : Layout.contiguous(shape));
        }
        return new Result(layouts, zeroed, withoutHalo);
    }

    /** Row pitches of all classes, as far as halos are demanded. */
    private Map<String, Integer> pitches() {
        Map<String, Integer> pitch = new HashMap<>();
        graph.shapes().forEach((value, shape) -> {
            if (!isPlanes(shape)) return;
            Halo halo = halos.getOrDefault(value, Halo.NONE);
            int needed = Math.max(shape.dim(3) + Math.max(halo.left(), halo.right()), minimum.getOrDefault(value, 0));
            pitch.merge(root(value), needed, Math::max);
        });
        return pitch;
    }

    private static Window window(Node node) { return ((Op.Conv) node.op()).window(); }

    /** Planes of the layer's input have fewer vectors without its halo than with it. */
    private boolean isShorterWithout(Node node, Map<String, Integer> pitch) {
        Shape shape = graph.shape(node.input());
        int without = Objects.requireNonNull(pitch.get(root(node.input()))), with = shape.dim(3) + Math.max(window(node).padLeft(), window(node).padRight());
        return Math.ceilDiv(shape.dim(2) * without, machine.lanes()) < Math.ceilDiv(shape.dim(2) * with, machine.lanes());
    }

    private void demand(Node node) {
        switch (node.op()) {
            case Op.Conv conv -> conv(node, conv);
            case Op.Activate a -> join(node.input(), node.output());
            case Op.BatchNormalization b -> join(node.input(), node.output());
            case Op.SqueezeExcite s -> join(node.input(), node.output());
            case Op.Binary b -> {
                for (String in : node.inputs()) if (graph.shape(in).equals(graph.shape(node.output()))) join(in, node.output());
            }
            case Op.Concat c when c.axis() == 1 -> node.inputs().forEach(in -> join(in, node.output()));
            case Op.Pool p when WindowPoolLowering.applies(graph, node, p) -> {
                Window reach = WindowPoolLowering.reach(graph, node, p);
                if (reach.isPadded()) halo(node.input(), reach);
            }
            case Op.Pool p -> minimum.merge(node.output(), Staging.minimumPitch(p.window(), graph.shape(node.input()).dim(3), graph.shape(node.output()).dim(3)), Math::max);
            default -> { }
        }
    }

    private void conv(Node node, Op.Conv conv) {
        Shape out = graph.shape(node.output());
        Route route = Route.of(conv, graph.shape(node.input()), out);
        Window w = conv.window();
        if (route.keepsPitch()) join(node.input(), node.output());
        if (route == Route.STAGED) minimum.merge(node.output(), Staging.minimumPitch(w, graph.shape(node.input()).dim(3), out.dim(3)), Math::max);
        if (!route.readsHalo() || !w.isPadded()) return;
        if (route != Route.DEPTHWISE || !DepthwiseLowering.needsNoHalo(conv, graph.shape(node.input()), out, machine)) {
            halo(node.input(), w);
            return;
        }
        undemanding.add(node);
        if (DepthwiseLowering.walksWithoutHalo(machine)) halo(node.input(), new Halo(w.padTop(), 0, w.padBottom(), 0));
    }

    private void halo(String value, Window w) { halo(value, new Halo(w.padTop(), w.padLeft(), w.padBottom(), w.padRight())); }

    private void halo(String value, Halo halo) {
        halos.merge(value, halo, Halo::max);
        zeroed.add(value);
    }

    /** Planes of one pixel are vectors. */
    static boolean isPlanes(Shape shape) { return shape.rank() == 4 && shape.dim(2) * shape.dim(3) > 1; }

    private void join(String a, String b) {
        if (isPlanes(graph.shape(a)) && isPlanes(graph.shape(b))) parent.put(root(a), root(b));
    }

    private String root(String value) {
        String up = parent.getOrDefault(value, value);
        if (up.equals(value)) return value;
        String root = root(up);
        parent.put(value, root);
        return root;
    }
}

package dev.lacewing.plan;

import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.program.Machine;
import org.jspecify.annotations.Nullable;

/**
 * The sums over each plane of a value, lane by lane, which the kernel that wrote the value has kept: whoever needs the means need not read the planes.
 *
 * @param buffer one vector for each channel of each image, one after the other; room for whole blocks of as many channels as lanes
 * @param machine whose vectors they are
 */
record Sums(int buffer, int channels, Machine machine) {
    /** Memory for them, if a reader of the node's output wants means. */
    static @Nullable Sums of(PlanBuilder b, Node node, Machine machine) {
        String value = node.output();
        if (!LayoutPlanner.isPlanes(b.graph.shape(value)) || b.graph.nodes().stream().noneMatch(n -> isMean(n.op()) && n.input().equals(value))) return null;
        int lanes = machine.lanes(), channels = b.layout(value).channels(), count = b.layout(value).images() * channels;
        Sums sums = new Sums(b.scratch(node.name() + " sums", Math.ceilDiv(count, lanes) * lanes * lanes), channels, machine);
        b.keep(value, sums);
        return sums;
    }

    private static boolean isMean(Op op) { return op instanceof Op.SqueezeExcite || op instanceof Op.GlobalAveragePool; }

    /** The vector of a channel. */
    Argument from(int image, int channel) { return PlanBuilder.at(buffer, ((long) image * channels + channel) * machine.lanes()); }
}

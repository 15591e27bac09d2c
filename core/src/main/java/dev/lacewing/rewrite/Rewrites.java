package dev.lacewing.rewrite;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import java.util.List;

/** The rules in use, and the loop that applies them. */
public final class Rewrites {
    /** Beside two for each node. */
    private static final int MOST_STEPS = 10_000;

    /** In order of precedence: what comes first simplifies and recognises; fusions, which would hide a pattern spelt in small ops, come later. */
    static List<Rule> standard(Graph graph) {
        return List.of(
                new RemoveIdentities(), new FoldConstants(graph), new RemoveDeadNodes(), new TransposeToReshape(), new MergeReshapes(), new MergeTransposes(),
                new RecogniseGlobalPool(), new MatMulToGemm(), new RecogniseHardSigmoid(), new RecogniseHardSwish(), new RecogniseSwish(),
                new SinkReshapes(),
                new FoldBatchNormalization(), new FuseChannelAffine(), new FuseActivation(), new MergeClamps(), new FusePad(), new RecogniseSqueezeExcite());
    }

    /** What zeros among the weights allow; the dense engine does without. */
    static final List<Rule> SPARSE = List.of(new FoldConstantChannels(), new RemoveUnreadChannels());

    private Rewrites() {}

    public static Graph apply(Graph graph) { return apply(graph, standard(graph)); }

    /** Drops the channels of convolutions that weights of zero make constant or unread. Outputs stay equal up to rounding. */
    public static Graph dropDeadChannels(Graph graph) { return apply(graph, SPARSE); }

    /**
     * Applies the first rule that has something to do, again and again, until none has.
     *
     * @throws Unsupported if that takes too long
     */
    public static Graph apply(Graph graph, List<Rule> rules) {
        Graph current = graph;
        String last = "";
        long most = MOST_STEPS + 2L * graph.nodes().size();
        for (long step = 0; step < most; step++) {
            Graph before = current;
            for (Rule rule : rules) {
                last = rule.name();
                current = rule.apply(before);
                if (current != before) break;
            }
            if (current == before) return current;
        }
        throw new Unsupported("the rewrite rules do not settle on " + graph + " within " + most + " steps, the last of them " + last + ": simplify it before, or report it");
    }
}

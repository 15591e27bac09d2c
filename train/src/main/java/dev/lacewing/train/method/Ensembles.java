package dev.lacewing.train.method;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.train.parameter.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One matrix [out, in] of a chain, between ensembles: units in equal consecutive runs.
 *
 * @param before name of the activation that goes in
 * @param after name of what comes out, behind the normalisation and activation that follow it
 * @param outer whether the chain ends here on one side
 */
record Ensembles(Parameter parameter, String before, String after, boolean outer) {
    /** The Gemm layers in scope, in the order of the graph. */
    static List<Ensembles> of(Run run) {
        List<Node> matrices = run.graph().nodes().stream().filter(n -> n.op() instanceof Op.Gemm).toList();
        List<Ensembles> chain = new ArrayList<>();
        for (Node node : matrices) {
            Parameter parameter = run.parameters().get(node.name() + "/weight");
            boolean outer = node == matrices.getFirst() || node == matrices.getLast();
            if (run.sparse().contains(parameter)) chain.add(new Ensembles(parameter, node.input(), behind(run.graph(), node), outer));
        }
        return chain;
    }

    /** For each pair of ensembles [to, from], the weights between them. */
    int[][] pairs(int groups) {
        int out = parameter.shape().dim(0), in = parameter.shape().dim(1);
        int[] sizes = new int[groups * groups], pair = new int[out * in];
        for (int i = 0; i < pair.length; i++) sizes[pair[i] = i / in * groups / out * groups + i % in * groups / in]++;
        int[][] pairs = new int[sizes.length][];
        Arrays.setAll(pairs, p -> new int[sizes[p]]);
        Arrays.fill(sizes, 0);
        for (int i = 0; i < pair.length; i++) pairs[pair[i]][sizes[pair[i]]++] = i;
        return pairs;
    }

    /** Whether the pair is of an ensemble and the one it projects to: a random permutation, the same for the whole run. */
    static boolean[] projections(int groups, SplittableRandom random) {
        boolean[] projects = new boolean[groups * groups];
        int[] targets = new int[groups];
        Arrays.setAll(targets, g -> g);
        for (int from = 0; from < groups; from++) {
            int j = from + random.nextInt(groups - from), to = targets[j];
            targets[j] = targets[from];
            projects[to * groups + from] = true;
        }
        return projects;
    }

    private static String behind(Graph graph, Node node) {
        List<Node> readers = graph.consumers(node.output());
        boolean elementwise = readers.size() == 1
                && (readers.getFirst().op() instanceof Op.Activate || readers.getFirst().op() instanceof Op.BatchNormalization || readers.getFirst().op() instanceof Op.Identity);
        return elementwise ? behind(graph, readers.getFirst()) : node.output();
    }
}

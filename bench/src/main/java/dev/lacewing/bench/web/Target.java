package dev.lacewing.bench.web;

import dev.lacewing.bench.compare.Network;
import java.util.List;

/**
 * A network of the table and the ratio that it shall reach on one thread in Chromium.
 *
 * @param id of a {@link Network}
 */
record Target(String id, double ratio) {
    static final List<Target> ALL = List.of(new Target("mobilenet_v1-90-unstructured", 9.5), new Target("mobilenet_v1-90-1x4", 11), new Target("mobilenet_v1-dense", 1.8),
            new Target("mobilenet_v2-85-unstructured", 6.5), new Target("efficientnet_b0-80-unstructured", 5), new Target("hand_landmark", 6));

    /** Of those whose ids contain one of the words; all for no words. */
    static List<Target> matching(List<String> words) { return ALL.stream().filter(t -> words.isEmpty() || words.stream().anyMatch(t.id::contains)).toList(); }

    Network network() { return Network.matching(List.of(id)).getFirst(); }

    String title() { return network().title(); }
}

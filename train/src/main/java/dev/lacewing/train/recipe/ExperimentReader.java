package dev.lacewing.train.recipe;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.recipe.Experiment.Arm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * From YAML to an experiment. An arm is a recipe of which only what differs from the base is written down: mappings are merged key by key, all else replaces what the base
 * says, and so does a mapping of another name ({@code method: {name: set}} over {@code method: {name: rigl, sparsity: 0.9}}): settings of one method are none of another.
 */
final class ExperimentReader {
    private static final String NAME = "name", AGAINST = "against", FROM = "from", SERIES = "series", NETWORK = "network", WIDTH = "width", SEED = "seed";
    private static final List<String> KEYS = List.of("title", "about", "found", "seeds", "last", "figures", "block_rows", "plot", "base", "arms");

    private final String file;
    private final RecipeReader recipes;

    ExperimentReader(String file) {
        this.file = file;
        recipes = new RecipeReader(file);
    }

    Experiment read(String yaml) {
        MappingNode root = RecipeReader.compose(file, yaml);
        Map<String, Node> given = members(root);
        for (NodeTuple tuple : root.getValue())
            if (!KEYS.contains(key(tuple))) throw wrong(tuple.getKeyNode(), "there is no key '" + key(tuple) + "' here; allowed are " + String.join(", ", KEYS));
        MappingNode base = mapping(given, "base", root);
        refuseSeed(members(base));
        List<Arm> arms = new ArrayList<>();
        for (NodeTuple tuple : mapping(given, "arms", root).getValue()) arms.add(arm(key(tuple), tuple.getValueNode(), base));
        if (arms.stream().map(Arm::name).distinct().count() < arms.size()) throw wrong(root, "an arm stands in arms: twice");
        try {
            return new Experiment(text(given, "title", file), text(given, "about", ""), text(given, "found", ""), list(given, "seeds", n -> whole(n, "seeds")), (int) whole(given, "last", 1),
                    list(given, "figures", n -> text(n, "figures")), (int) whole(given, "block_rows", 0), plot(given), arms);
        } catch (Invalid e) {
            throw wrong(root, String.valueOf(e.getMessage()));
        }
    }

    private Arm arm(String name, Node node, MappingNode base) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) throw wrong(node, "the name of an arm names files: letters, digits, '.', '_' and '-', got '" + name + "'");
        if (!(node instanceof MappingNode changes)) throw wrong(node, "arm " + name + " must be a mapping of what differs from the base; {} for nothing");
        Map<String, Node> given = members(changes);
        refuseSeed(given);
        List<NodeTuple> rest = changes.getValue().stream().filter(t -> !List.of(AGAINST, FROM, SERIES).contains(key(t))).toList();
        if (!given.containsKey(FROM)) return new Arm(name, recipes.recipe(merge(base, with(changes, rest))), text(given, AGAINST, ""), "", text(given, SERIES, name));
        Recipe.Network own = started(name, given.get(NETWORK));
        Recipe recipe = recipes.recipe(merge(base, with(changes, rest.stream().filter(t -> !key(t).equals(NETWORK)).toList())));
        Recipe.Network network = new Recipe.Network(recipe.network().name(), recipe.network().width(), own.rearrange(), own.batchNorm());
        return new Arm(name, recipe.withNetwork(network), text(given, AGAINST, ""), text(given, FROM, ""), text(given, SERIES, name));
    }

    /** Every run has a seed of the experiment's. */
    private void refuseSeed(Map<String, Node> recipe) {
        if (recipe.containsKey(SEED)) throw wrong(recipe.get(SEED), "seed has no meaning in an experiment: seeds, beside base, says which each arm is run with");
    }

    /** What an arm does with the network of the arm that it starts from: what the base does with its own has been done to that one. */
    private Recipe.Network started(String arm, @Nullable Node node) {
        if (node == null) return Recipe.Network.DEFAULT;
        if (!(node instanceof MappingNode mapping) || members(mapping).containsKey(NAME) || members(mapping).containsKey(WIDTH))
            throw wrong(node, "arm " + arm + " starts from the network of another arm: its own network may say rearrange and batch_norm, no name and no width");
        return recipes.network(mapping);
    }

    /** What {@code changes} says, over {@code base}. */
    private MappingNode merge(MappingNode base, MappingNode changes) {
        Map<String, Node> above = members(changes), below = members(base);
        if (above.get(NAME) instanceof ScalarNode a && below.get(NAME) instanceof ScalarNode b && !a.getValue().equals(b.getValue())) return changes;
        List<NodeTuple> merged = new ArrayList<>();
        for (NodeTuple tuple : base.getValue()) {
            Node value = above.get(key(tuple));
            boolean both = value instanceof MappingNode && tuple.getValueNode() instanceof MappingNode;
            merged.add(value == null ? tuple : new NodeTuple(tuple.getKeyNode(), both ? merge((MappingNode) tuple.getValueNode(), (MappingNode) value) : value));
        }
        for (NodeTuple tuple : changes.getValue()) if (!below.containsKey(key(tuple))) merged.add(tuple);
        return with(changes.getValue().isEmpty() ? base : changes, merged);
    }

    private static MappingNode with(MappingNode like, List<NodeTuple> members) {
        return new MappingNode(like.getTag(), true, members, like.getFlowStyle(), like.getStartMark(), like.getEndMark());
    }

    private Map<String, Node> members(MappingNode node) {
        Map<String, Node> members = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) if (members.put(key(tuple), tuple.getValueNode()) != null) throw wrong(tuple.getKeyNode(), "the key '" + key(tuple) + "' stands here twice");
        return members;
    }

    private String key(NodeTuple tuple) { return text(tuple.getKeyNode(), "a key"); }

    private MappingNode mapping(Map<String, Node> given, String key, Node root) {
        if (given.get(key) instanceof MappingNode mapping) return mapping;
        throw wrong(given.getOrDefault(key, root), key + ": must be a mapping");
    }

    private Experiment.Plot plot(Map<String, Node> given) {
        String text = text(given, "plot", "epochs");
        for (Experiment.Plot plot : Experiment.Plot.values()) if (plot.toString().toLowerCase(Locale.ROOT).equals(text)) return plot;
        throw wrong(given.get("plot"), "plot must be epochs or latency, got '" + text + "'");
    }

    private <T> List<T> list(Map<String, Node> given, String key, Function<Node, T> element) {
        Node node = given.get(key);
        if (node == null) return List.of();
        return node instanceof SequenceNode sequence ? sequence.getValue().stream().map(element).toList() : List.of(element.apply(node));
    }

    private String text(Map<String, Node> given, String key, String standard) {
        Node node = given.get(key);
        return node == null ? standard : text(node, key);
    }

    private String text(Node node, String key) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) return scalar.getValue().strip();
        throw wrong(node, key + " must be a single value");
    }

    private long whole(Map<String, Node> given, String key, long standard) {
        Node node = given.get(key);
        return node == null ? standard : whole(node, key);
    }

    private long whole(Node node, String key) {
        String text = text(node, key);
        if (!text.matches("\\d{1,9}")) throw wrong(node, key + " must be a whole number from 0 to 999999999, got '" + text + "'");
        return Long.parseLong(text);
    }

    private Invalid wrong(@Nullable Node node, String message) { return RecipeReader.wrong(file, node, message); }
}

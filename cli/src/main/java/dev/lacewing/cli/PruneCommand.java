package dev.lacewing.cli;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.ModelFormat;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.onnx.OnnxFormat;
import dev.lacewing.prune.LayerSparsity;
import dev.lacewing.prune.PruneResult;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "prune", header = "Set weights to zero, the smallest first, and write the network.",
        description = "Patterns: unstructured (each weight by itself), 1xN (runs of N output channels share their zeros; N = 2, 4, 8, 16), 1xN-tap (in larger windows at each position by itself, instead of whole windows), N:M (N of M neighbours stay). "
                + "Blocks make faster kernels, single weights lose less accuracy. Pruning in one shot, without training, costs accuracy: measure it with eval.%n",
        footer = {"%nExamples:", "  lacewing prune net.onnx --pattern unstructured --sparsity 0.9 -o sparse.onnx", "  lacewing prune net.onnx --pattern 1x4 --sparsity 0.8 -o net.lace",
                "  lacewing prune net.onnx --pattern 1x4 --sparsity 0.5 --rearrange retained -o net.lace",
                "  lacewing prune net.onnx --pattern 1x8 --sparsity 0.8 --uniform -o net.lace",
                "  lacewing prune net.onnx --pattern 2:4 --scope conv -o net.lace", "  lacewing prune net.onnx --sparsity 0 -o net.lace            (converts only)",
                "%nPreprocessing options are stored in the written file; run and eval then use them."})
final class PruneCommand extends Subcommand {
    /** An index takes 8 bytes beside a value's 4: below this share of zeros the sparse form is the larger one. */
    private static final double SPARSE_PAYS_FROM = 0.7;

    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Option(names = {"-p", "--pattern"}, paramLabel = "PATTERN", defaultValue = "unstructured", description = "unstructured, 1xN, 1xN-tap or N:M (default: ${DEFAULT-VALUE}).")
    private String pattern = "unstructured";

    @Option(names = {"-s", "--sparsity"}, paramLabel = "S", description = "Share of zeros in each pruned layer, 0 to 1. N:M implies it.")
    private @Nullable Double sparsity;

    @Option(names = "--scope", paramLabel = "SCOPE", defaultValue = "pointwise",
            description = "Which layers: pointwise (1x1), conv (also larger windows) or all (also first layer, depthwise and classifier, which otherwise stay dense) (default: ${DEFAULT-VALUE}).")
    private Scope scope = Scope.POINTWISE;

    @Option(names = "--rearrange", paramLabel = "BY",
            description = "With 1xN: first put output channels, all over the network, in an order that keeps more: norm (ascending, as in the 1xN paper), retained (most L1 norm kept) or none (the default). More is kept, but weak filters share their fate: before retraining, accuracy may well be lower.")
    private Rearranger.By rearrange = Rearranger.By.NONE;

    @Option(names = "--uniform", description = "Every block row (1xN: N output channels; unstructured: one) keeps as many weights as the others of its layer, so that threads that share the rows get equal work: for two threads and more. Keeps a little less than the choice over the whole layer.")
    private boolean uniform;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true, description = "Where to write: .onnx or .lace.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--sparse-initializer", description = "In an .onnx file, store weights with 70 %% zeros or more in ONNX's sparse form: smaller, but not every tool reads it.")
    private boolean sparseInitializer;

    @Mixin
    private final PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Override
    public Integer call() {
        Pruning pruning = pruning();
        OutputFile.checkNetwork(output, this);
        ModelFormat format = Lacewing.format(output);
        check(!sparseInitializer || format instanceof OnnxFormat, "--sparse-initializer is for .onnx files, not " + output);
        check(rearrange == Rearranger.By.NONE || pruning.pattern() instanceof Pattern.Block, "--rearrange is for blocks: --pattern 1xN");
        Model loaded = model.load();
        Graph dense = Rearranger.rearrange(loaded.graph(), pruning, rearrange);
        PruneResult result = Pruner.prune(dense, pruning);
        Graph graph = preprocessing.remember(result.graph());
        (sparseInitializer ? new OnnxFormat(SPARSE_PAYS_FROM) : format).write(new Model(graph), output);
        if (!Preprocessing.from(graph.metadata()).equals(Preprocessing.UNKNOWN)) note("preprocessing stored: " + Preprocessing.from(graph.metadata()).describe());
        report(result, Costs.parameters(loaded.graph()));
        if (rearrange != Rearranger.By.NONE) noteRetained(Rearranger.retained(loaded.graph(), pruning), Rearranger.retained(dense, pruning));
        return ExitCode.OK;
    }

    private Pruning pruning() {
        try {
            return Pruning.of(Pattern.parse(pattern), sparsity == null ? OptionalDouble.empty() : OptionalDouble.of(sparsity), scope).withUniform(uniform);
        } catch (Invalid e) {
            throw usage(e.getMessage());
        }
    }

    private void noteRetained(Map<String, Double> before, Map<String, Double> after) {
        Table table = new Table("layer", ">kept of its L1 norm", ">without --rearrange");
        after.forEach((layer, kept) -> table.row(layer, Table.percent(kept), Table.percent(before.getOrDefault(layer, Double.NaN))));
        note(table.row("mean", Table.percent(mean(after)), Table.percent(mean(before))).toString());
    }

    private static double mean(Map<String, Double> shares) { return shares.values().stream().mapToDouble(d -> d).average().orElse(Double.NaN); }

    /** A share of zeros says little where the pruned layers are a small part of the network. */
    private void noteScope(long weights, long parameters) {
        if (scope == Scope.ALL || 2 * weights >= parameters) return;
        String wider = scope == Scope.POINTWISE ? "--scope conv also prunes larger windows, --scope all every layer" : "--scope all also prunes the first layer, depthwise ones and the classifier";
        note("note: the scope " + scope.name().toLowerCase(Locale.ROOT) + " holds " + (weights == 0 ? "none" : "only " + Table.percent(weights / (double) parameters))
                + " of the network's " + Table.count(parameters) + " parameters" + (weights == 0 ? ", nothing was pruned" : "") + ": " + wider);
    }

    private void report(PruneResult result, long parameters) {
        Table table = new Table("layer", "pattern", ">zeros", ">weights", ">non-zeros");
        for (LayerSparsity l : result.layers()) table.row(l.name(), l.pattern(), Table.percent(l.sparsity()), l.weights(), l.nonzeros());
        long weights = result.layers().stream().mapToLong(LayerSparsity::weights).sum(), nonzeros = result.layers().stream().mapToLong(LayerSparsity::nonzeros).sum();
        if (scope == Scope.POINTWISE && Pattern.parse(pattern) instanceof Pattern.Block(int n, boolean tap) && tap) note("note: in 1x1 layers " + pattern + " is the same as 1x" + n);
        noteScope(weights, parameters);
        table.row("total", "", Table.percent(result.sparsity()), weights, nonzeros);
        print(Json.object().put("output", output).put("parameters", parameters).put("sparsity", result.sparsity())
                        .put("layers", result.layers().stream().map(l -> Json.object().put("name", l.name()).put("pattern", l.pattern().toString())
                                .put("sparsity", l.sparsity()).put("weights", l.weights()).put("nonzeros", l.nonzeros())).toList()),
                table + "written: " + output + "\n");
    }
}

package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.bench.report.Json;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.nio.file.Path;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "zoo", header = "Write a well-known network with random weights, to measure speed without a download.",
        description = "The weights are He-initialised: the speed is real, the answers mean nothing.%n",
        footer = {"%nExamples:", "  lacewing zoo mobilenet_v1 -o net.onnx", "  lacewing zoo resnet50 --resolution 160 --classes 10 -o small.onnx",
                "  lacewing zoo mobilenet_v1_cifar --width 0.5 --channels 1 --resolution 28 --batch-norm -o start.onnx"})
final class ZooCommand extends Subcommand {
    /** For completion and help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() { return Zoo.names().iterator(); }
    }

    @Parameters(index = "0", paramLabel = "NAME", completionCandidates = Names.class, description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true, description = "Where to write: .onnx or .lace.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--width", paramLabel = "W", description = "Factor on the number of channels (default: 1).")
    private @Nullable Double width;

    @Option(names = "--resolution", paramLabel = "R", description = "Height and width of the input (default: as published: 224, 32 or 28).")
    private @Nullable Integer resolution;

    @Option(names = "--classes", paramLabel = "C", description = "Number of outputs (default: as published: 1000 or 10).")
    private @Nullable Integer classes;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of the weights (default: 0).")
    private @Nullable Long seed;

    @Option(names = "--channels", paramLabel = "N", description = "Channels of the input: 3, or 1 for grey (default: as published).")
    private @Nullable Integer channels;

    @Option(names = "--batch-norm", description = "The form to train: batch normalisation stands by itself, weights start as in the literature.")
    private boolean batchNorm;

    @Mixin
    private final PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Override
    public Integer call() {
        check(Zoo.names().contains(name), "there is no network " + name + " in the zoo; choose one of " + String.join(", ", Zoo.names()));
        ZooOptions options = options();
        OutputFile.checkNetwork(output, this);
        Graph graph = preprocessing.remember(Zoo.build(name, options));
        new Model(graph).save(output);
        long weights = Costs.parameters(graph), multiplyAdds = Costs.multiplyAdds(graph);
        print(Json.object().put("name", name).put("output", output).put("input_shape", graph.inputs().getFirst().shape().dims())
                        .put("parameters", weights).put("multiply_adds", multiplyAdds).put("seed", options.seed()),
                output + ": " + name + ", input " + graph.inputs().getFirst().shape() + ", " + Table.count(weights) + " parameters, "
                        + Table.count(multiplyAdds) + " multiply-adds");
        return ExitCode.OK;
    }

    private ZooOptions options() {
        ZooOptions d = Zoo.defaults(name);
        try {
            return new ZooOptions(width == null ? d.width() : width, resolution == null ? d.resolution() : resolution, classes == null ? d.classes() : classes,
                    seed == null ? d.seed() : seed, channels == null ? d.channels() : channels, batchNorm);
        } catch (Invalid e) {
            throw usage(e.getMessage());
        }
    }
}

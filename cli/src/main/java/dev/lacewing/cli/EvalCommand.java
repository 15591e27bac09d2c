package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Session;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "eval", header = "Measure a classifier's accuracy on labelled pictures.",
        description = "The CSV file has a heading line, then one line for each picture: file,class (further columns are ignored; classes count from 0). "
                + "With --against, the same prepared tensors also go through the other engine, and the pictures whose best class differs are counted. "
                + "Images per second include decoding and preparing the pictures, not the other engine: bench times the network alone.%n",
        footer = {"%nExamples:", "  lacewing eval net.lace --images val/ --labels val.csv --threads 2",
                "  lacewing eval net.onnx --images val/ --labels val.csv --mean 128 --std 128 --against onnxruntime",
                "  lacewing eval net.lace --set fashion-mnist-500", "  lacewing eval net.onnx --cifar test_batch.bin \\", "      --mean 123.675,116.28,103.53 --std 58.395,57.12,57.375"})
final class EvalCommand extends Subcommand {
    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Option(names = "--images", paramLabel = "DIR", description = "Folder with the pictures.")
    private @Nullable Path images;

    @Option(names = "--labels", paramLabel = "CSV", description = "Their classes: heading line, then file,class.")
    private @Nullable Path labels;

    @Option(names = "--cifar", paramLabel = "FILE", description = "Instead of both: a file in CIFAR-10's binary layout.")
    private @Nullable Path cifar;

    @Option(names = "--set", paramLabel = "NAME", completionCandidates = SetSamples.Names.class,
            description = "Instead: the test images of a data set: ${COMPLETION-CANDIDATES}. The first comes with Lacewing; data shows where the others are.")
    private @Nullable String set;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of that data set (default: the package manager's or the cache's).")
    private @Nullable Path data;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N pictures.")
    private @Nullable Integer limit;

    @Option(names = "--against", paramLabel = "ENGINE", description = "Compare with ${COMPLETION-CANDIDATES}, picture by picture.")
    private @Nullable Against against;

    @Mixin
    private final PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Override
    public Integer call() {
        Samples samples = samples();
        check(limit == null || limit >= 1, "--limit must be at least 1");
        int total = limit == null ? samples.size() : Math.min(limit, samples.size());
        Model loaded = model.load();
        Preprocessor preprocessor = preprocessing.preprocessor(loaded, this);
        Evaluation.Accuracy accuracy;
        try (Session session = loaded.session(threads.options(this));
                Peer peer = against == null ? null : against.open(model, loaded.graph(), session.threads(), this)) {
            int classes = classes(session.outputShapes());
            for (int i = 0; i < total; i++)
                if (samples.label(i) >= classes)
                    throw new Invalid(samples.name(i) + " has class " + samples.label(i) + ", the network has classes 0 to " + (classes - 1));
            try (Progress progress = new Progress(terminal(), "evaluating", total)) {
                accuracy = new Evaluation(samples, total).run(preprocessor, session, peer, progress);
            }
        }
        report(accuracy);
        return ExitCode.OK;
    }

    private Samples samples() {
        check(data == null || set != null, "--data goes with --set");
        if (set != null) {
            check(images == null && labels == null && cifar == null, "--set stands instead of --images, --labels and --cifar");
            check(SetSamples.has(set), "there is no data set " + set + "; choose one of " + String.join(", ", SetSamples.names()));
            return SetSamples.of(set, data);
        }
        if (cifar != null) {
            check(images == null && labels == null, "--cifar stands instead of --images and --labels");
            return CifarBatch.read(cifar);
        }
        if (images == null || labels == null) throw usage("give --images DIR and --labels CSV, or --cifar FILE, or --set NAME");
        return ImageFolder.read(images, labels);
    }

    private static int classes(List<Shape> outputs) {
        if (!RunCommand.isClassifier(outputs)) throw new Unsupported("the network's outputs are " + outputs + ": accuracy needs one output with a score for each class");
        return outputs.getFirst().size() / outputs.getFirst().dim(0);
    }

    private void report(Evaluation.Accuracy a) {
        double rate = a.images() / a.seconds();
        Json json = Json.object().put("images", a.images()).put("top1", a.top1()).put("top5", a.top5()).put("images_per_second", rate);
        Table table = new Table(">images", ">top-1", ">top-5", ">images/s").row(a.images(), Table.percent(a.top1()), Table.percent(a.top5()), rate);
        String text = table.toString();
        if (against != null) {
            json.put("against", Json.object().put("name", against.name()).put("top1", a.peerTop1())).put("differing_top1", a.differing());
            text += against + ": top-1 " + Table.percent(a.peerTop1()) + ", another best class than ours on " + a.differing() + " of " + a.images() + " pictures\n";
        }
        print(json, text);
    }
}

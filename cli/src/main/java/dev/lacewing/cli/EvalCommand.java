package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "eval", header = "Measure a classifier's accuracy on labelled pictures.",
        description = "The CSV file has a heading line, then one line for each picture: file,class (further columns are ignored; classes count from 0). "
                + "With --against, the same prepared tensors also go through the other engine, and the pictures whose best class differs are counted.%n",
        footer = {"%nExamples:", "  lacewing eval net.lace --images val/ --labels val.csv --threads 2",
                "  lacewing eval net.onnx --images val/ --labels val.csv --mean 128 --std 128 --against onnxruntime",
                "  lacewing eval net.onnx --cifar test_batch.bin \\", "      --mean 123.675,116.28,103.53 --std 58.395,57.12,57.375"})
final class EvalCommand extends Subcommand {
    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Option(names = "--images", paramLabel = "DIR", description = "Folder with the pictures.")
    private @Nullable Path images;

    @Option(names = "--labels", paramLabel = "CSV", description = "Their classes: heading line, then file,class.")
    private @Nullable Path labels;

    @Option(names = "--cifar", paramLabel = "FILE", description = "Instead of both: a file in CIFAR-10's binary layout.")
    private @Nullable Path cifar;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N pictures.")
    private @Nullable Integer limit;

    @Option(names = "--against", paramLabel = "ENGINE", description = "Compare with ${COMPLETION-CANDIDATES}, picture by picture.")
    private @Nullable Against against;

    @Mixin
    private final PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    private int seen, top1, top5, peerTop1, differing;

    @Override
    public Integer call() {
        Samples samples = samples();
        check(limit == null || limit >= 1, "--limit must be at least 1");
        int total = limit == null ? samples.size() : Math.min(limit, samples.size());
        Model loaded = model.load();
        Preprocessor preprocessor = preprocessing.preprocessor(loaded, this);
        double seconds;
        try (Session session = loaded.session(threads.options(this));
                Peer peer = against == null ? null : against.open(model, loaded.graph(), session.threads(), this)) {
            int classes = classes(session.outputShapes());
            for (int i = 0; i < total; i++)
                if (samples.label(i) >= classes)
                    throw new Invalid(samples.name(i) + " has class " + samples.label(i) + ", the network has classes 0 to " + (classes - 1));
            long start = System.nanoTime();
            evaluate(samples, total, preprocessor, session, peer);
            seconds = (System.nanoTime() - start) * 1e-9;
        }
        report(seconds);
        return ExitCode.OK;
    }

    private Samples samples() {
        if (cifar != null) {
            check(images == null && labels == null, "--cifar stands instead of --images and --labels");
            return CifarBatch.read(cifar);
        }
        if (images == null || labels == null) throw usage("give --images DIR and --labels CSV, or --cifar FILE");
        return ImageFolder.read(images, labels);
    }

    private static int classes(List<Shape> outputs) {
        if (!RunCommand.isClassifier(outputs)) throw new Unsupported("the network's outputs are " + outputs + ": accuracy needs one output with a score for each class");
        return outputs.getFirst().size() / outputs.getFirst().dim(0);
    }

    private void evaluate(Samples samples, int total, Preprocessor preprocessor, Session session, @Nullable Peer peer) {
        int batch = session.inputShapes().getFirst().dim(0), size = preprocessor.size();
        float[][] inputs = Buffers.zeros(session.inputShapes()), outputs = Buffers.zeros(session.outputShapes()), theirs = Buffers.zeros(session.outputShapes());
        int classes = outputs[0].length / batch;
        try (Prepared prepared = new Prepared(samples, total, preprocessor); Progress progress = new Progress(terminal(), "evaluating", total)) {
            for (int first = 0; first < total; first += batch) {
                int filled = Math.min(batch, total - first);
                for (int i = 0; i < filled; i++) System.arraycopy(prepared.take(), 0, inputs[0], i * size, size);
                session.run(inputs, outputs);
                if (peer != null) peer.run(inputs, theirs);
                for (int i = 0; i < filled; i++) {
                    int from = i * classes, to = from + classes;
                    Scores scores = new Scores(Arrays.copyOfRange(outputs[0], from, to));
                    count(samples, first + i, scores, peer == null ? scores : new Scores(Arrays.copyOfRange(theirs[0], from, to)));
                    progress.step();
                }
            }
        }
    }

    private void count(Samples samples, int index, Scores ours, Scores theirs) {
        if (!ours.areFinite()) throw new Invalid("NaN or infinite scores for " + samples.name(index) + ": check the network's weights and the preprocessing");
        int rank = ours.rank(samples.label(index));
        seen++;
        if (rank == 0) top1++;
        if (rank < 5) top5++;
        if (theirs.rank(samples.label(index)) == 0) peerTop1++;
        if (!ours.top(1).equals(theirs.top(1))) differing++;
    }

    private void report(double seconds) {
        double n = seen;
        Json json = Json.object().put("images", seen).put("top1", top1 / n).put("top5", top5 / n).put("images_per_second", n / seconds);
        Table table = new Table(">images", ">top-1", ">top-5", ">images/s").row(seen, Table.percent(top1 / n), Table.percent(top5 / n), n / seconds);
        String text = table.toString();
        if (against != null) {
            json.put("against", Json.object().put("name", against.name()).put("top1", peerTop1 / n)).put("differing_top1", differing);
            text += against + ": top-1 " + Table.percent(peerTop1 / n) + ", another best class than ours on " + differing + " of " + seen + " pictures\n";
        }
        print(json, text);
    }
}

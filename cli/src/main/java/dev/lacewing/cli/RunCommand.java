package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.image.Picture;
import dev.lacewing.image.Pictures;
import dev.lacewing.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "run", header = "Run a network on a picture.",
        description = "A classifier's best classes are printed with their scores, as probabilities: a softmax is taken where the network does not end in one. "
                + "Of any other network the outputs' shapes and ranges are printed.%n",
        footer = {"%nExamples:", "  lacewing run net.lace --image cat.jpg --labels synset_words.txt",
                "  lacewing run fashion-sparse --image shirt.png", "  lacewing run net.onnx --image cat.jpg --resize 256 \\", "      --mean 123.675,116.28,103.53 --std 58.395,57.12,57.375",
                "%nPreprocessing given to zoo or prune is remembered in the files they write; then no option is needed here."})
final class RunCommand extends Subcommand {
    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Option(names = {"-i", "--image"}, paramLabel = "FILE", required = true, description = "The picture: JPEG or PNG.")
    @SuppressWarnings("NullAway.Init")
    private Path image;

    @Option(names = "--labels", paramLabel = "FILE", description = "Names of the classes, one a line (default: what training wrote into the network's file).")
    private @Nullable Path labels;

    @Option(names = {"-k", "--top"}, paramLabel = "K", defaultValue = "5", description = "How many classes to print (default: ${DEFAULT-VALUE}).")
    private int top = 5;

    @Mixin
    private final PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Override
    public Integer call() {
        check(top >= 1, "--top must be at least 1, got " + top);
        CompletableFuture<Picture> picture = CompletableFuture.supplyAsync(() -> Pictures.read(image));   // while the network is read and planned
        Model loaded = model.load();
        List<String> names = labels == null ? Labels.of(loaded.graph()) : Labels.read(labels);
        Preprocessor preprocessor = preprocessing.preprocessor(loaded, this);
        Shape input = loaded.graph().inputs().getFirst().shape();
        CompletableFuture<float[]> values = picture.thenApplyAsync(decoded -> {
            float[] prepared = new float[input.size()];
            for (int n = 0; n < input.dim(0); n++) preprocessor.apply(decoded, prepared, n * preprocessor.size());
            return prepared;
        });
        try (Session session = loaded.session(threads.options(this))) {
            List<Shape> shapes = session.outputShapes();
            float[][] outputs = Buffers.zeros(shapes);
            session.run(new float[][] {result(values)}, outputs);
            if (isClassifier(shapes)) classes(new Scores(Arrays.copyOf(outputs[0], outputs[0].length / input.dim(0))), names);
            else ranges(loaded.graph().outputs(), shapes, outputs);
        }
        return ExitCode.OK;
    }

    private static float[] result(CompletableFuture<float[]> values) {
        try {
            return values.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LacewingException known) throw known;
            throw e;
        }
    }

    /** One output of at least two values for each image, all in one axis. */
    static boolean isClassifier(List<Shape> outputs) {
        if (outputs.size() != 1) return false;
        Shape shape = outputs.getFirst();
        return shape.rank() >= 2 && shape.size() / shape.dim(0) == shape.dims().stream().skip(1).mapToInt(d -> d).max().orElse(0) && shape.size() / shape.dim(0) > 1;
    }

    private void classes(Scores raw, List<String> names) {
        if (!raw.areFinite()) throw new Invalid("the network's output has NaN or infinite scores: check its weights and the preprocessing");
        if (!names.isEmpty() && names.size() != raw.values().length)
            note("note: " + names.size() + " labels for " + raw.values().length + " classes; classes without a label are shown by number");
        boolean probabilities = raw.areProbabilities();
        Scores scores = probabilities ? raw : raw.softmax();
        note(probabilities ? "scores: probabilities, as the network gives them" : "scores: softmax of the network's output");
        Table table = names.isEmpty() ? new Table(">score", ">class") : new Table(">score", ">class", "label");
        List<Json> list = new ArrayList<>();
        for (int c : scores.top(top)) {
            String label = c < names.size() ? names.get(c) : null;
            String score = Table.percent(scores.values()[c]);
            if (names.isEmpty()) table.row(score, c);
            else table.row(score, c, label == null ? "" : label);
            list.add(Json.object().put("class", c).put("label", label).put("score", scores.values()[c]));
        }
        print(Json.object().put("image", image).put("softmax", !probabilities).put("top", list), table.toString());
    }

    private void ranges(List<String> names, List<Shape> shapes, float[][] outputs) {
        Table table = new Table("output", "shape", ">min", ">mean", ">max");
        List<Json> list = new ArrayList<>();
        for (int i = 0; i < outputs.length; i++) {
            double min = Double.POSITIVE_INFINITY, max = Double.NEGATIVE_INFINITY, sum = 0;
            for (float v : outputs[i]) {
                min = Math.min(min, v);
                max = Math.max(max, v);
                sum += v;
            }
            double mean = sum / outputs[i].length;
            table.row(names.get(i), shapes.get(i), min, mean, max);
            list.add(Json.object().put("name", names.get(i)).put("shape", shapes.get(i).dims()).put("min", min).put("mean", mean).put("max", max));
        }
        print(Json.object().put("image", image).put("outputs", list), table.toString());
    }
}

package dev.lacewing.cli;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.onnx.OnnxInputs;
import dev.lacewing.rewrite.Rebatch;
import dev.lacewing.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The model that a command works on, and how to close what its file leaves open. */
final class ModelArgument {
    @Parameters(index = "0", paramLabel = "MODEL", description = "The network: an .onnx or .lace file, or one that comes with Lacewing: " + Shipped.DENSE + " or " + Shipped.SPARSE + ".")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--dim", paramLabel = "NAME=N", order = 40,
            description = "Size of a dimension that the file leaves open, by its name (height=224) or as INPUT.AXIS (image.2=224). Repeatable.")
    private Map<String, Integer> dimensions = new LinkedHashMap<>();

    @Option(names = "--batch", paramLabel = "N", order = 41, description = "Images in one run (default: what the file says).")
    private @Nullable Integer batch;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    Path file() { return file; }

    private boolean isShipped() { return Shipped.NAMES.contains(file.toString()); }

    String name() { return Objects.toString(file.getFileName(), file.toString()); }

    boolean isOnnxAsStored() { return isOnnx() && batch == null; }

    private boolean isOnnx() { return name().toLowerCase(Locale.ROOT).endsWith(".onnx"); }

    /** @return the network; with {@code --batch} its inputs' first dimension replaced */
    Model load() { return load(List.of()); }

    /**
     * @param inputShape closes the dimensions that the file leaves open in the first input; empty for nothing said
     * @throws Invalid if the file says otherwise
     */
    Model load(List<Integer> inputShape) {
        dimensions.forEach((name, size) -> check(size >= 1, "--dim " + name + "=" + size + ": a dimension must be at least 1"));
        check(batch == null || batch >= 1, "--batch must be at least 1, got " + batch);
        Model loaded = isShipped() ? Shipped.load(file.toString(), dimensions) : read(inputShape);
        Shape first = loaded.graph().inputs().getFirst().shape();
        if (!inputShape.isEmpty() && !first.dims().equals(inputShape)) throw new Invalid("--input-shape " + inputShape + ": the network's input is " + first.dims());
        if (batch == null) return loaded;
        return new Model(Rebatch.apply(loaded.graph(), batch), loaded.decisions());
    }

    private Model read(List<Integer> inputShape) {
        if (!Files.exists(file)) throw new Failed(file + ": no such file");
        if (Files.isDirectory(file)) throw new Failed(file + " is a folder: expected an .onnx or .lace file");
        if (!OutputFile.hasEnding(file)) throw new Unsupported(file + ": expected a file whose name ends in .onnx or .lace");
        if (file.toFile().length() == 0) throw new Malformed(file + " is empty: expected a network");
        Map<String, Integer> known = new LinkedHashMap<>(dimensions);
        if (isOnnx() && !inputShape.isEmpty()) {
            String input = OnnxInputs.names(file).getFirst();
            for (int axis = 0; axis < inputShape.size(); axis++) known.putIfAbsent(input + "." + axis, inputShape.get(axis));
        }
        return Lacewing.load(file, known);
    }

    private void check(boolean holds, String message) { if (!holds) throw new ParameterException(command.commandLine(), message); }
}

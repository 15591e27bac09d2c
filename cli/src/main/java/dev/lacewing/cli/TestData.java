package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.onnx.TensorFile;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of {@code input_I.pb} and {@code output_I.pb}, one tensor each: how ONNX models ship their test data. */
record TestData(Path folder) {
    /** The folder itself, or those below it named {@code test_data_set_I}. */
    static List<TestData> in(Path folder) {
        if (!Files.isDirectory(folder)) throw new Failed(folder + ": no such folder");
        if (Files.exists(folder.resolve("input_0.pb"))) return List.of(new TestData(folder));
        try (Stream<Path> below = Files.list(folder)) {
            List<TestData> sets = below.filter(p -> String.valueOf(p.getFileName()).startsWith("test_data_set_") && Files.exists(p.resolve("input_0.pb"))).sorted().map(TestData::new).toList();
            if (sets.isEmpty()) throw new Failed(folder + ": expected input_0.pb and output_0.pb, or folders test_data_set_0, ... with them; found neither");
            return sets;
        } catch (IOException e) {
            throw new Failed(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    float[][] inputs(List<Shape> shapes) { return read("input", shapes); }

    float[][] outputs(List<Shape> shapes) { return read("output", shapes); }

    private float[][] read(String what, List<Shape> shapes) {
        float[][] values = new float[shapes.size()][];
        for (int i = 0; i < values.length; i++) {
            Path file = folder.resolve(what + "_" + i + ".pb");
            if (!Files.exists(file)) throw new Failed(file + ": no such file; the network has " + shapes.size() + " " + what + (shapes.size() == 1 ? "" : "s"));
            Tensor tensor = TensorFile.read(file);
            if (!tensor.shape().equals(shapes.get(i)))
                throw new Invalid(file + " has shape " + tensor.shape() + ", the network's " + what + " " + i + " has " + shapes.get(i) + ": try --input-shape or --batch");
            values[i] = tensor.values();
        }
        return values;
    }
}

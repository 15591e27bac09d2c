package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.nio.file.Path;
import java.util.List;

/** What a file says about its inputs before its open dimensions are known. */
public final class OnnxInputs {
    private OnnxInputs() {}

    /**
     * Names of the inputs that a caller must give: those without an initial value; at least one.
     *
     * @throws Failed if the file cannot be read
     * @throws Malformed if it is no ONNX model, or has no input
     */
    public static List<String> names(Path file) {
        List<String> names = ModelReader.open(ModelReader.parse(file).getGraph()).stream().map(ValueInfoProto::getName).toList();
        if (names.isEmpty()) throw new Malformed(file + " is no ONNX model that can be run: it has no input");
        return names;
    }
}

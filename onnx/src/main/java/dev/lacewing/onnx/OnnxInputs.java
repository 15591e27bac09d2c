package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
        GraphProto graph;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            CodedInputStream coded = CodedInputStream.newInstance(in);
            coded.setSizeLimit(Integer.MAX_VALUE);
            graph = ModelProto.parseFrom(coded).getGraph();
        } catch (InvalidProtocolBufferException e) {
            throw new Malformed(file + " is no ONNX model: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
        Set<String> given = new HashSet<>();
        graph.getInitializerList().forEach(t -> given.add(t.getName()));
        graph.getSparseInitializerList().forEach(s -> given.add(s.getValues().getName()));
        List<String> names = graph.getInputList().stream().map(ValueInfoProto::getName).filter(n -> !given.contains(n)).toList();
        if (names.isEmpty()) throw new Malformed(file + " is no ONNX model that can be run: it has no input");
        return names;
    }
}

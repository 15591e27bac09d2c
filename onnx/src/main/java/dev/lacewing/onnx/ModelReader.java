package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From a file's bytes to a graph, in order: protobuf, versions, node order, operators, input shapes, the walk. */
final class ModelReader {
    static final int OLDEST = 9, NEWEST = 22;

    private ModelReader() {}

    static Graph read(Path file, Map<String, Integer> dimensions) {
        try {
            return read(bytes(file), file, dimensions);
        } catch (OutOfMemoryError e) {
            throw tooLarge(file, e);
        }
    }

    /** As if {@code bytes} stood in {@code file}. */
    static Graph read(byte[] bytes, Path file, Map<String, Integer> dimensions) {
        Path folder = file.toAbsolutePath().getParent();
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
        return read(parse(bytes, file.toString()), name, dimensions, new ExternalData(folder == null ? Path.of("") : folder), bytes.length);
    }

    static Graph read(ModelProto model, String name, Map<String, Integer> dimensions, ExternalData external, long bytes) {
        int opset = opset(model);
        GraphProto graph = model.getGraph();
        Set<String> given = initializers(graph);
        List<ValueInfoProto> open = open(graph);
        open.forEach(v -> given.add(v.getName()));
        List<String> outputs = graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
        if (open.isEmpty()) throw new Invalid("the network has no input: everything in the file is a constant, so there is nothing to run");
        if (outputs.isEmpty()) throw new Invalid("the network has no output");
        if (new HashSet<>(outputs).size() < outputs.size()) throw new Malformed("an output is listed twice: " + outputs);
        List<NodeProto> ordered = NodeOrder.sort(graph.getNodeList(), given, outputs);
        Operators.check(ordered);
        List<Value> inputs = InputShapes.resolve(open, dimensions);
        Budget budget = new Budget(bytes);
        List<Node> nodes = new Importer(opset, graph, inputs, new TensorReader(external, budget), budget).run(ordered, outputs);
        Map<String, String> metadata = new LinkedHashMap<>();
        for (StringStringEntryProto e : model.getMetadataPropsList()) metadata.put(e.getKey(), e.getValue());
        return new Graph(graph.getName().isEmpty() ? name : graph.getName(), inputs, nodes, outputs, metadata);
    }

    /** The inputs that a caller must give: old files list initializers among them. */
    static List<ValueInfoProto> open(GraphProto graph) {
        Set<String> given = initializers(graph);
        return graph.getInputList().stream().filter(v -> !given.contains(v.getName())).toList();
    }

    private static Set<String> initializers(GraphProto graph) {
        Set<String> names = new HashSet<>();
        graph.getInitializerList().forEach(t -> names.add(t.getName()));
        graph.getSparseInitializerList().forEach(s -> names.add(s.getValues().getName()));
        return names;
    }

    private static int opset(ModelProto model) {
        if (!model.hasGraph()) throw new Malformed("this is no ONNX model: it holds no graph");
        long opset = 0;
        for (OperatorSetIdProto o : model.getOpsetImportList()) if (Operators.isDefault(o.getDomain())) opset = o.getVersion();
        if (opset < OLDEST || opset > NEWEST)
            throw new Unsupported("the model uses ONNX opset " + (opset == 0 ? "(none named)" : opset) + ", supported are " + OLDEST + " to " + NEWEST + ": export it again with another opset");
        return (int) opset;
    }

    /** The file's protobuf, nothing in it checked. */
    static ModelProto parse(Path file) {
        try {
            return parse(bytes(file), file.toString());
        } catch (OutOfMemoryError e) {
            throw tooLarge(file, e);
        }
    }

    static Failed tooLarge(Path file, OutOfMemoryError e) { return new Failed("not enough memory to read " + file + ": raise the JVM's limit with -Xmx", e); }

    private static byte[] bytes(Path file) {
        try {
            if (Files.isDirectory(file)) throw new Failed(file + " is a folder: name the .onnx file in it");
            if (Files.size(file) > Integer.MAX_VALUE - 8) throw new Unsupported(file + " is larger than 2 GB: save the model with external data");
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new Failed("there is no file " + file, e);
        } catch (IOException e) {
            throw new Failed("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static ModelProto parse(byte[] bytes, String file) {
        try {
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            in.checkLastTagWas(0);
            return model;
        } catch (IOException e) {
            throw new Malformed(file + " is no ONNX file, or is truncated or corrupt (" + e.getMessage() + ")", e);
        }
    }
}

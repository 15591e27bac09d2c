package dev.lacewing.archive;

import dev.lacewing.Model;
import dev.lacewing.ModelFormat;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFile;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import dev.lacewing.rewrite.Rewrites;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compiled files ({@code .lace}). */
public final class LaceFormat implements ModelFormat {
    @Override
    public String extension() { return ".lace"; }

    /**
     * @param dimensions a compiled file leaves nothing open: an entry {@code input.axis} must agree with the file
     * @throws Malformed if the file is truncated, changed or inconsistent
     * @throws dev.lacewing.error.LacewingException.Unsupported if it is of another version of the format
     * @throws Invalid if a weight is NaN or infinite, or if {@code dimensions} asks for something else than the file holds
     */
    @Override
    public Model read(Path file, Map<String, Integer> dimensions) {
        Model model = read(file);
        dimensions.forEach((name, size) -> agree(model.graph(), name, size));
        return model;
    }

    /**
     * Writes the graph after the rewrites, and what the model holds of decisions: those of {@code lacewing tune}, or none. The same model makes the same bytes.
     */
    @Override
    public void write(Model model, Path file) {
        Graph graph = Rewrites.apply(model.graph());
        WholeFile.write(file, write(graph, model.decisions()));
    }

    static WholeFile.Content write(Graph graph, Map<String, Decision> decisions) {
        TensorTable tensors = new TensorTable();
        byte[] nodes = GraphSection.write(graph, tensors);
        Frame.Content weights = new Frame.Content(tensors.bytes(), tensors::write);
        List<Frame.Content> sections = List.of(Frame.Content.of(metadata(graph)), weights, Frame.Content.of(nodes), Frame.Content.of(decisions(graph, decisions)));
        return out -> Frame.write(out, sections);
    }

    private static Model read(Path file) {
        if (Files.isDirectory(file)) throw new Failed(file + " is a folder: name the .lace file in it");
        try (FileChannel channel = FileChannel.open(file); Arena arena = Arena.ofConfined()) {
            long size = channel.size();
            MemorySegment head = arena.allocate(Math.min(Frame.HEAD, size));
            fill(head, channel, file);
            Frame.check(head, size, file.toString());
            if (size > Runtime.getRuntime().maxMemory()) throw new Failed(tooLarge(file));
            MemorySegment bytes = arena.allocate(size);
            fill(bytes, channel, file);
            return read(bytes, file.toString());
        } catch (NoSuchFileException e) {
            throw new Failed("there is no file " + file, e);
        } catch (IOException e) {
            throw new Failed("cannot read " + file + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new Failed(tooLarge(file), e);
        }
    }

    private static String tooLarge(Path file) { return "not enough memory to read " + file + ", which takes twice its size or more: raise the JVM's limits with -Xmx and -XX:MaxDirectMemorySize"; }

    private static void fill(MemorySegment bytes, FileChannel channel, Path file) throws IOException {
        for (long at = 0; at < bytes.byteSize(); ) {
            int read = channel.read(bytes.asSlice(at, Math.min(1 << 30, bytes.byteSize() - at)).asByteBuffer(), at);
            if (read < 0) throw new Malformed(file + " became shorter while it was read");
            at += read;
        }
    }

    /** @param name for messages */
    static Model read(MemorySegment bytes, String name) {
        List<Source> sections = Frame.read(bytes, name);
        Map<String, String> metadata = metadata(sections.get(0));
        List<Tensor> tensors = TensorTable.read(sections.get(1));
        Graph graph = GraphSection.read(sections.get(2), tensors, metadata);
        return new Model(graph, decisions(sections.get(3), graph));
    }

    private static void agree(Graph graph, String name, int size) {
        for (var input : graph.inputs()) {
            Shape shape = input.shape();
            for (int axis = 0; axis < shape.rank(); axis++)
                if (name.equals(input.name() + "." + axis)) {
                    if (shape.dim(axis) != size) throw new Invalid(name + " is fixed at " + shape.dim(axis) + " in the compiled file, cannot be " + size + ": compile the original model again");
                    return;
                }
        }
        throw new Invalid("the compiled model has no open dimension named " + name + ": its sizes were fixed when it was compiled");
    }

    private static byte[] metadata(Graph graph) {
        Sink out = new Sink().i32(graph.metadata().size());
        graph.metadata().forEach((key, value) -> out.string(key).string(value));
        return out.toByteArray();
    }

    private static Map<String, String> metadata(Source in) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int i = 0, count = in.count("metadata entries"); i < count; i++) {
            String key = in.string();
            if (metadata.put(key, in.string()) != null) throw in.malformed("the entry " + key + " stands there twice");
        }
        in.end();
        return metadata;
    }

    /** In the order of the graph; of layers that are in it. */
    private static byte[] decisions(Graph graph, Map<String, Decision> decisions) {
        Map<String, Decision> known = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            Decision decision = decisions.get(node.name());
            if (decision != null) known.put(node.name(), decision);
        }
        Sink out = new Sink().i32(known.size());
        known.forEach((layer, decision) -> out.string(layer).u8(Codes.of(decision.format())).u8(decision.rows()));
        return out.toByteArray();
    }

    private static Map<String, Decision> decisions(Source in, Graph graph) {
        Set<String> layers = new HashSet<>();
        graph.nodes().forEach(n -> layers.add(n.name()));
        Map<String, Decision> decisions = new LinkedHashMap<>();
        for (int i = 0, count = in.count("decisions"); i < count; i++) {
            String layer = in.string();
            Format format = Codes.read(in, Format.values(), Codes::of);
            int rows = in.u8();
            if (!layers.remove(layer)) throw in.malformed("it decides about " + layer + ", which is no layer or was decided before");
            if (!Decision.isRows(format, rows)) throw in.malformed("layer " + layer + " is decided to run in blocks of " + rows + " rows");
            decisions.put(layer, new Decision(format, rows));
        }
        in.end();
        return decisions;
    }
}

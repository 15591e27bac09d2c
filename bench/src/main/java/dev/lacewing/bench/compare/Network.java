package dev.lacewing.bench.compare;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.bench.OnnxRuntimePeer.Spinning;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.Pruned;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Value;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table.
 *
 * @param zoo name in the zoo, or null for a file
 * @param one target on one thread, NaN if there is none; {@code two} on two
 */
public record Network(String id, String title, @Nullable String zoo, @Nullable Pruning pruning, double one, double two) {
    private static final String FILE = "mediapipe_hand_landmark_sparse_224.onnx";

    /** In the order of the table. The last one is there for scaling only. */
    static final List<Network> ALL = List.of(
            new Network("mobilenet_v1-dense", "MobileNetV1, dense", "mobilenet_v1", null, 1.0, 1.0),
            pruned("mobilenet_v1", "MobileNetV1", 0.3, "1x8", Scope.POINTWISE, 1.35, 1.35),
            pruned("mobilenet_v1", "MobileNetV1", 0.9, "unstructured", Scope.POINTWISE, 3.6, 3.4),
            pruned("mobilenet_v1", "MobileNetV1", 0.8, "1x4", Scope.POINTWISE, 3.3, 3.2),
            pruned("mobilenet_v1", "MobileNetV1", 0.9, "1x4", Scope.POINTWISE, 4.4, 4.2),
            pruned("mobilenet_v2", "MobileNetV2", 0.85, "unstructured", Scope.POINTWISE, 2.6, 2.5),
            pruned("efficientnet_b0", "EfficientNet-B0", 0.8, "unstructured", Scope.POINTWISE, 2.2, 2.1),
            pruned("resnet50", "ResNet-50", 0.8, "1x8", Scope.CONV, 3.6, 3.5),
            new Network("hand_landmark", "MediaPipe hand landmark as published", null, null, 3.0, 2.8),
            new Network("mobilenet_v1-80-1x8-uniform", "MobileNetV1, 80 % 1x8, uniform block rows", "mobilenet_v1",
                    new Pruning(Pattern.parse("1x8"), 0.8, Scope.POINTWISE, true), Double.NaN, Double.NaN));

    private static Network pruned(String zoo, String name, double sparsity, String pattern, Scope scope, double one, double two) {
        long percent = Math.round(100 * sparsity);
        String where = scope == Scope.CONV ? " in all convolutions but the first" : "";
        return new Network(zoo + "-" + percent + "-" + pattern, name + ", " + percent + " % " + pattern + where, zoo, new Pruning(Pattern.parse(pattern), sparsity, scope), one, two);
    }

    /** Of the ids that contain one of the words. */
    public static List<Network> matching(List<String> words) { return ALL.stream().filter(n -> words.stream().anyMatch(n.id::contains)).toList(); }

    boolean hasTarget() { return !Double.isNaN(one); }

    double target(int threads) { return threads == 1 ? one : threads == 2 ? two : Double.NaN; }

    /** Why it cannot be measured, in a sentence; null if it can. */
    public @Nullable String missing(@Nullable Path file) {
        if (zoo != null || found(file) != null) return null;
        return title + " is left out: give its file with --hand-landmark, or name in LACEWING_DATA a folder with models/" + FILE + " (.gz)";
    }

    /** The network in both engines' form. */
    public interface Opened extends AutoCloseable {
        Graph graph();

        Peer peer(int threads, Spinning spinning);

        /** The network as an ONNX file: the published one, or a new one. */
        void save(Path file);

        @Override
        void close();
    }

    /** @param quick small, to see that everything works */
    public Opened open(@Nullable Path file, boolean quick) {
        if (zoo == null) return published(file);
        ZooOptions options = Zoo.defaults(zoo);
        Graph dense = Zoo.build(zoo, quick ? options.withResolution(64).withWidth(0.25).withClasses(50) : options), graph = pruning == null ? dense : Pruned.by(pruning, dense);
        return new Opened() {
            @Override
            public Graph graph() { return graph; }

            @Override
            public Peer peer(int threads, Spinning spinning) { return OnnxRuntimePeer.open(graph, threads, spinning); }

            @Override
            public void save(Path file) { new Model(graph).save(file); }

            @Override
            public void close() {}
        };
    }

    private Opened published(@Nullable Path given) {
        Path found = found(given);
        if (found == null) throw new Failed(String.valueOf(missing(given)));
        boolean packed = found.toString().endsWith(".gz");
        Path file = packed ? unpacked(found) : found;
        Graph graph = Lacewing.load(file).graph();
        return new Opened() {
            @Override
            public Graph graph() { return graph; }

            @Override
            public Peer peer(int threads, Spinning spinning) {
                return OnnxRuntimePeer.open(file, graph.inputs().stream().map(Value::shape).toList(), threads, spinning);
            }

            @Override
            public void save(Path target) {
                try {
                    Files.copy(file, target);
                } catch (IOException e) {
                    throw new Failed(target + " cannot be written: " + e.getMessage(), e);
                }
            }

            @Override
            public void close() {
                try {
                    if (packed) Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new Failed(file + " cannot be deleted: " + e.getMessage(), e);
                }
            }
        };
    }

    private static @Nullable Path found(@Nullable Path given) {
        if (given != null) {
            if (!Files.isRegularFile(given)) throw new Failed(given + ": no such file");
            return given;
        }
        String data = System.getenv("LACEWING_DATA");
        if (data == null) return null;
        for (String name : List.of(FILE, FILE + ".gz")) if (Files.isRegularFile(Path.of(data, "models", name))) return Path.of(data, "models", name);
        return null;
    }

    private static Path unpacked(Path packed) {
        try {
            Path plain = Files.createTempFile("lacewing-", ".onnx");
            try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
                Files.write(plain, in.readAllBytes());
            }
            return plain;
        } catch (IOException e) {
            throw new Failed(packed + " cannot be unpacked: " + e.getMessage(), e);
        }
    }
}

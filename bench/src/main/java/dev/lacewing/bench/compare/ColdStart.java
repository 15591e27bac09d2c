package dev.lacewing.bench.compare;

import dev.lacewing.Model;
import dev.lacewing.bench.compare.Measurement.Cold;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.bench.compare.Measurement.Spread;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Fresh processes on MobileNetV1 in several formats: the command {@code lacewing run}, and the smallest programs of both engines. */
final class ColdStart {
    private static final List<String> NETWORKS = List.of("mobilenet_v1-dense", "mobilenet_v1-90-unstructured", "mobilenet_v1-90-1x4");
    private static final int LATER_RUNS = 51;

    private final Arguments arguments;
    private final Setting setting;
    private final List<String> properties;
    private final List<Cold> measured = new ArrayList<>();

    /** @param properties that force tier and lanes, of the form {@code -Dname=value} */
    ColdStart(Arguments arguments, Setting setting, List<String> properties) {
        this.arguments = arguments;
        this.setting = setting;
        this.properties = properties;
    }

    List<Cold> measure() {
        try {
            Path folder = Files.createTempDirectory("lacewing-cold-");
            try {
                for (String id : arguments.quick() ? NETWORKS.subList(2, 3) : NETWORKS) network(folder, Network.matching(List.of(id)).getFirst());
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new Failed("cannot write temporary files: " + e.getMessage(), e);
        }
        return measured;
    }

    private void network(Path folder, Network network) throws IOException {
        Path lace = folder.resolve(network.id() + ".lace"), onnx = folder.resolve(network.id() + ".onnx"), picture = folder.resolve("picture.png");
        int side;
        try (Network.Opened opened = network.open(null, arguments.quick())) {
            Graph graph = opened.graph();
            side = graph.inputs().getFirst().shape().dim(2);
            new Model(graph).save(lace);
            new Model(graph).save(onnx);
        }
        ImageIO.write(picture(), "png", picture.toFile());
        if (arguments.home() != null) {
            String lacewing = arguments.home().resolve("lacewing").toString();
            command("lacewing run", network.title() + ", .lace", List.of(lacewing, "run", lace.toString(), "--image", picture.toString()));
            command("lacewing run", network.title() + ", .onnx", List.of(lacewing, "run", onnx.toString(), "--image", picture.toString()));
        }
        program("program with Lacewing", network.title() + ", .lace", List.of("lacewing", lace.toString(), String.valueOf(side)));
        program("program with ONNX Runtime", network.title() + ", .onnx", List.of("onnxruntime", onnx.toString(), String.valueOf(side)));
    }

    /** The command is started through a shell, which gets the options that force a tier from the environment. */
    private void command(String what, String model, List<String> command) {
        List<String> forced = new ArrayList<>(List.of("env", "-u", "LACEWING_MAIN", "LACEWING_JAVA_OPTS=" + String.join(" ", properties)));
        forced.addAll(command);
        Processes.run(forced, Redirect.DISCARD);   // the first reads the files from disk and may build
        double[] ms = times(() -> Processes.run(forced, Redirect.DISCARD).ms());
        measured.add(new Cold(what, model, spread(ms), Double.NaN, Double.NaN, Double.NaN, ms.length, setting));
    }

    private void program(String what, String model, List<String> engineFileAndSide) {
        double[] ms = times(() -> java(engineFileAndSide, 0).ms());
        List<double[]> phases = Stream.generate(() -> phases(java(engineFileAndSide, arguments.quick() ? 3 : LATER_RUNS))).limit(arguments.processes()).toList();
        measured.add(new Cold(what, model, spread(ms), median(phases, p -> p[0]), median(phases, p -> p[1]), median(phases, p -> p[2]), ms.length, setting));
    }

    private Processes.Printed java(List<String> engineFileAndSide, int later) {
        List<String> list = new ArrayList<>(engineFileAndSide);
        list.add(String.valueOf(later));
        return Processes.run(Processes.java(FirstRun.class, setting.tier().equals("jvm"), properties, list), Redirect.DISCARD);
    }

    private static double[] phases(Processes.Printed printed) { return Arrays.stream(printed.lines().getLast().split(" ")).mapToDouble(Double::parseDouble).toArray(); }

    private interface Once {
        double ms();
    }

    private double[] times(Once once) {
        double[] ms = new double[arguments.processes()];
        for (int i = 0; i < ms.length; i++) ms[i] = once.ms();
        Arrays.sort(ms);
        return ms;
    }

    private static Spread spread(double[] sorted) { return new Spread(sorted[sorted.length / 2], sorted[sorted.length / 4], sorted[3 * sorted.length / 4]); }

    private static double median(List<double[]> phases, ToDoubleFunction<double[]> phase) {
        return phases.stream().mapToDouble(phase).sorted().toArray()[phases.size() / 2];
    }

    private static BufferedImage picture() {
        BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 256; y++) for (int x = 0; x < 256; x++) image.setRGB(x, y, x << 16 | y << 8 | (x * y & 0xff));
        return image;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}

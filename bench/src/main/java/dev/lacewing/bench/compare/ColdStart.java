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
import java.util.List;
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
                Processes.delete(folder);
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
        List<Subject> subjects = new ArrayList<>();
        if (arguments.home() != null) for (Path file : List.of(lace, onnx)) subjects.add(new Subject("lacewing run", title(network, file), lacewing(file, picture), false));
        subjects.add(new Subject("program with Lacewing", title(network, lace), program("lacewing", lace, side), true));
        subjects.add(new Subject("program with ONNX Runtime", title(network, onnx), program("onnxruntime", onnx, side), true));
        measure(subjects);
    }

    /**
     * What a process is started for.
     *
     * @param program tells the times of its phases, and takes the number of later runs as a last argument
     */
    private record Subject(String what, String model, List<String> command, boolean program) {
        Processes.Printed run(int later) {
            if (!program) return Processes.run(command, Redirect.DISCARD);
            List<String> all = new ArrayList<>(command);
            all.add(String.valueOf(later));
            return Processes.run(all, Redirect.DISCARD);
        }
    }

    private static String title(Network network, Path file) { return network.title() + ", " + file.toString().substring(file.toString().lastIndexOf('.')); }

    /** The command is started through a shell, which gets the options that force a tier from the environment. */
    private List<String> lacewing(Path file, Path picture) {
        String launcher = String.valueOf(arguments.home()) + "/lacewing";
        return List.of("env", "-u", "LACEWING_MAIN", "LACEWING_JAVA_OPTS=" + String.join(" ", properties), launcher, "run", file.toString(), "--image", picture.toString());
    }

    private List<String> program(String engine, Path file, int side) {
        return Processes.java(FirstRun.class, setting.tier().equals("jvm"), properties, List.of(engine, file.toString(), String.valueOf(side)));
    }

    /** One process of each in turn, each second time in reverse order. */
    private void measure(List<Subject> subjects) {
        int processes = arguments.processes("cold");
        double[][][] ms = new double[subjects.size()][3][processes];   // process, opening, first inference
        for (Subject subject : subjects) subject.run(0);   // the first reads the files from disk and may build
        for (int p = 0; p < processes; p++) for (int i = 0; i < subjects.size(); i++) {
            int s = p % 2 == 0 ? i : subjects.size() - 1 - i;
            Processes.Printed printed = subjects.get(s).run(0);
            ms[s][0][p] = printed.ms();
            if (!subjects.get(s).program) continue;
            double[] phases = phases(printed);
            ms[s][1][p] = phases[0];
            ms[s][2][p] = phases[1];
        }
        for (int s = 0; s < ms.length; s++) {
            Subject subject = subjects.get(s);
            double later = subject.program ? phases(subject.run(arguments.quick() ? 3 : LATER_RUNS))[2] : Double.NaN;
            measured.add(new Cold(subject.what, subject.model, Spread.of(ms[s][0]), subject.program ? Spread.of(ms[s][1]) : Spread.NONE,
                    subject.program ? Spread.of(ms[s][2]) : Spread.NONE, later, processes, setting));
        }
    }

    private static double[] phases(Processes.Printed printed) { return Arrays.stream(printed.lines().getLast().split(" ")).mapToDouble(Double::parseDouble).toArray(); }

    private static BufferedImage picture() {
        BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 256; y++) for (int x = 0; x < 256; x++) image.setRGB(x, y, x << 16 | y << 8 | (x * y & 0xff));
        return image;
    }
}

package dev.lacewing.cli;

import dev.lacewing.emit.Tier;
import dev.lacewing.file.WholeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * What the JVM watches while it records a cache for later starts (see the launcher): a network is made, pruned and run as a user would, in a folder that is removed
 * afterwards. Prints nothing.
 */
final class CacheRecording {
    private static final int SIDE = 256;

    private CacheRecording() {}

    /**
     * Exits with 4 if this JVM was started without the Vector API and cannot do without it: only machine code of 16 lanes can be had of every kernel. Exits with 1 if a
     * command fails.
     *
     * @param args ignored
     */
    public static void main(String[] args) throws IOException {
        Tier tier = Tier.current();
        boolean complete = tier.name().equals("x64") && tier.machine().lanes() == 16;
        if (!complete && ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) System.exit(ExitCode.UNSUPPORTED);
        Path folder = Files.createTempDirectory("lacewing");
        boolean done;
        try {
            done = train(folder);
        } finally {
            remove(folder);
        }
        System.exit(done ? ExitCode.OK : ExitCode.FAILED);
    }

    /** Whether all commands went well. */
    static boolean train(Path folder) {
        for (String format : List.of("png", "jpg"))
            WholeFile.write(folder.resolve("picture." + format), out -> ImageIO.write(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB), format, out));
        String onnx = folder.resolve("net.onnx").toString(), png = folder.resolve("picture.png").toString(), jpg = folder.resolve("picture.jpg").toString();
        List<List<String>> commands = new ArrayList<>(List.of(List.of("zoo", "mobilenet_v1", "--resolution", "96", "-o", onnx), List.of("run", onnx, "-i", png)));
        for (String form : List.of("0 unstructured", "0.9 unstructured", "0.9 1x4")) {
            String lace = folder.resolve(form + ".lace").toString();
            commands.add(List.of("prune", onnx, "-s", form.split(" ")[0], "-p", form.split(" ")[1], "-o", lace));
            commands.add(List.of("run", lace, "-i", jpg));
        }
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return commands.stream().allMatch(c -> Main.run(c.toArray(String[]::new), nowhere, nowhere) == ExitCode.OK);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}

package dev.lacewing.bench.compare;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tune.Quantiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A small program of each engine: opens a model and runs it once, on one thread. Prints milliseconds: opening, first inference, and the median of later ones, if
 * asked for.
 *
 * <p>Arguments: {@code lacewing} or {@code onnxruntime}, a file, the input's height and width, the number of later runs.
 */
final class FirstRun {
    private static final int WARM_UP_SECONDS = 120, PEER_WARM_UP = 20;

    private FirstRun() {}

    public static void main(String[] args) {
        long start = System.nanoTime();
        Path file = Path.of(args[1]);
        int side = Integer.parseInt(args[2]), later = Integer.parseInt(args[3]);
        float[][] input = {new float[3 * side * side]};
        for (int i = 0; i < input[0].length; i++) input[0][i] = (i * 37 % 255 - 127) / 127f;
        if (args[0].equals("lacewing")) {
            Model model = Lacewing.load(file);
            try (Session session = model.session(Options.defaults())) {
                float[][] output = {new float[session.outputShapes().getFirst().size()]};
                time(start, () -> session.run(input, output), () -> WarmUp.untilSteady(List.of(session), input, WARM_UP_SECONDS), later, output[0]);
            }
        } else {
            try (OnnxRuntimePeer peer = OnnxRuntimePeer.open(file, List.of(Shape.of(1, 3, side, side)), 1)) {
                float[][] output = {new float[peer.outputShapes().getFirst().size()]};
                Runnable run = () -> peer.run(input, output);
                time(start, run, () -> {
                    for (int i = 0; i < PEER_WARM_UP; i++) run.run();
                }, later, output[0]);
            }
        }
    }

    private static void time(long start, Runnable run, Runnable warmUp, int later, float[] output) {
        double loadMs = (System.nanoTime() - start) / 1e6, firstMs = milliseconds(run), steadyMs = Double.NaN;
        if (later > 0) {
            warmUp.run();
            double[] times = new double[later];
            for (int i = 0; i < later; i++) times[i] = milliseconds(run);
            steadyMs = Quantiles.of(times).median();
        }
        System.out.printf(Locale.ROOT, "%.4f %.4f %.4f %.6g%n", loadMs, firstMs, steadyMs, output[0]);
    }

    private static double milliseconds(Runnable run) {
        long start = System.nanoTime();
        run.run();
        return (System.nanoTime() - start) / 1e6;
    }
}

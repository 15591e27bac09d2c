import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.plan.LayerReport;
import java.nio.file.Path;

/** Loads a network, runs it, tells how each layer is computed, and saves it ready to start. */
public final class Quickstart {
    private Quickstart() {}

    /** @param args an ONNX file, and the .lace file to write */
    public static void main(String[] args) {
        // region quickstart
        Model model = Lacewing.load(Path.of(args[0]));
        Options options = Options.defaults().withThreads(2);
        try (Session session = model.session(options)) {
            float[] image = new float[session.inputShapes().getFirst().size()];
            float[] scores = session.run(image);
            System.out.println(scores.length + " scores, the first is " + scores[0]);
        }
        for (LayerReport layer : model.explain(options))
            System.out.println(layer.name() + ": " + layer.kernel() + ", because " + layer.reason());
        model.save(Path.of(args[1]));
        // endregion
    }
}

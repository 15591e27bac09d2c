package dev.lacewing.suite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.web.PictureInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A network that says in which quarter of a drawing of 28 x 28 there is most ink. */
final class Corners {
    static final List<String> NAMES = List.of("top left", "top right", "bottom left", "bottom right");
    static final PictureInput GREY = new PictureInput(null, null, "rgb", List.of(0f), List.of(255f), true, false);

    private static final int SIDE = 28;

    private Corners() {}

    static Graph graph() {
        Tensor weight = Tensor.zeros(NAMES.size(), SIDE * SIDE);
        for (int y = 0; y < SIDE; y++) for (int x = 0; x < SIDE; x++) weight.values()[(y / (SIDE / 2) * 2 + x / (SIDE / 2)) * SIDE * SIDE + y * SIDE + x] = 0.2f;
        return new Graph("corners", List.of(new Value("x", Shape.of(1, 1, SIDE, SIDE))), List.of(new Node("flat", new Op.Reshape(Shape.of(1, SIDE * SIDE)), List.of("x"), "f"),
                new Node("fc", new Op.Gemm(weight, Tensor.zeros(NAMES.size()), Activation.NONE), List.of("f"), "y")), List.of("y"), Map.of());
    }

    static Site site(Path folder) throws IOException { return Site.of(folder, graph(), false, GREY, NAMES); }
}

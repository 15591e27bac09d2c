package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.cli.Evaluation.Accuracy;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.image.Picture;
import dev.lacewing.zoo.Zoo;
import java.io.PrintWriter;
import java.io.Writer;
import org.junit.jupiter.api.Test;

final class EvaluationTest {
    private static final int PICTURES = 4;

    @Test
    void thePeersTimeDoesNotCount() {
        try (Session session = new Model(Zoo.build("resnet20", Zoo.defaults("resnet20").withWidth(0.25))).session(Options.defaults())) {
            SleepyPeer peer = new SleepyPeer(session.inputShapes(), session.outputShapes());
            Preprocessor preprocessor = new Preprocessor(Preprocessing.UNKNOWN, session.inputShapes().getFirst());
            long start = System.nanoTime();
            Accuracy accuracy = new Evaluation(new GreySamples(), PICTURES).run(preprocessor, session, peer, new Progress(silent(), "", PICTURES));
            double whole = (System.nanoTime() - start) * 1e-9;
            assertThat(accuracy.images()).isEqualTo(PICTURES);
            assertThat(accuracy.seconds()).isPositive().isLessThanOrEqualTo(whole - peer.nanos * 1e-9);
            assertThat(accuracy.peerTop1()).isEqualTo(1);   // all scores are equal, the first class is right
        }
    }

    private static Terminal silent() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new Terminal(nowhere, nowhere, false);
    }

    private record GreySamples() implements Samples {
        @Override
        public int size() { return PICTURES; }

        @Override
        public String name(int index) { return "grey " + index; }

        @Override
        public int label(int index) { return 0; }

        @Override
        public Picture picture(int index) { return new Picture(1, 1, new byte[3]); }
    }
}

package dev.lacewing.train;

import dev.lacewing.train.optimizer.MovingAverage;
import dev.lacewing.train.parameter.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that a run is in the middle of: what a checkpoint keeps. */
final class State {
    final Parameters parameters;
    final @Nullable MovingAverage average;
    final List<Epoch> history = new ArrayList<>();
    /** Steps done. */
    long step;
    /** Of the epoch so far: summed over images. */
    double loss;
    long correct, seen;
    double seconds;

    State(Parameters parameters, @Nullable MovingAverage average) {
        this.parameters = parameters;
        this.average = average;
    }

    double meanLoss() { return loss / (double) seen; }

    double accuracy() { return correct / (double) seen; }

    void beginEpoch() {
        loss = 0;
        correct = 0;
        seen = 0;
        seconds = 0;
    }
}

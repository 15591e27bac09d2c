package dev.lacewing.train;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.tensor.Shape;
import dev.lacewing.train.autograd.Autograd;
import dev.lacewing.train.autograd.Pass;
import dev.lacewing.train.autograd.Targets;
import dev.lacewing.train.autograd.TorchAutograd;
import dev.lacewing.train.data.Batches;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.method.Method;
import dev.lacewing.train.method.Run;
import dev.lacewing.train.method.Step;
import dev.lacewing.train.optimizer.MovingAverage;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The training loop. */
public final class Trainer implements AutoCloseable {
    private static final int EVALUATED = 250;
    private static final long LOOK_AT_DENSITY = 32;

    private final Recipe recipe;
    private final DataSet data;
    private final Graph graph;
    private final Method method;
    private final Run run;
    private final State state;
    private final Autograd autograd;
    private final @Nullable Autograd teacher;
    private final Batches training;
    private final float[] pixels;
    private final int[] labels;
    private final String fingerprint;
    private double density;

    /**
     * What a run may use.
     *
     * @param threads of the autograd library; another number gives other last bits
     * @param checkpoint file that the run is kept in, null for none
     * @param resume whether to go on from it, if it is there
     * @param seconds between checkpoints; one more follows each epoch
     */
    public record Settings(int threads, @Nullable Path checkpoint, boolean resume, double seconds) {
        public static Settings of(int threads) { return new Settings(threads, null, false, 60); }
    }

    /**
     * @param graph as evaluated, so with the averaged weights if the recipe asks for averages; with running statistics that fit it
     * @param history one entry for each epoch; one if there are none
     */
    public record Result(Graph graph, List<Epoch> history) {
        public Result { history = List.copyOf(history); }

        public Epoch last() { return history.getLast(); }
    }

    private Trainer(Recipe recipe, DataSet data, Graph graph, @Nullable Graph teacher, int threads) {
        this.recipe = recipe;
        this.data = data;
        this.graph = graph;
        check(graph, data);
        if (teacher != null) check(teacher, data);
        method = recipe.method();
        Parameters parameters = Parameters.of(graph);
        state = new State(parameters, recipe.ema() > 0 ? new MovingAverage(parameters, recipe.ema()) : null);
        training = Batches.training(data.train(), data.normalisation(), recipe.data().augment(), recipe.batch(), recipe.seed().ofOrder());
        List<Parameter> sparse = parameters.weightsOf(recipe.scope().nodes(graph));
        run = new Run(graph, parameters, sparse, recipe.epochs(), training.count(), recipe.seed().ofMethod());
        pixels = new float[recipe.batch() * data.train().size()];
        labels = new int[recipe.batch()];
        autograd = new TorchAutograd(graph, parameters, threads);
        try {
            this.teacher = teacher == null ? null : TorchAutograd.ofConstants(teacher, threads);
        } catch (RuntimeException e) {
            autograd.close();
            throw e;
        }
        fingerprint = Fingerprint.of(recipe, data, graph, teacher);
    }

    /**
     * Trains from the graph's weights.
     *
     * @param data with the recipe's limits already applied, see {@link Preparation}
     * @throws Invalid if network, data and recipe do not fit together
     * @throws Diverged if the loss stops being a number
     */
    public static Result train(Recipe recipe, DataSet data, Graph graph, @Nullable Graph teacher, Settings settings, Progress progress) {
        try (Trainer trainer = new Trainer(recipe, data, graph, teacher, settings.threads)) {
            return trainer.train(settings, progress);
        }
    }

    @Override
    public void close() {
        autograd.close();
        if (teacher != null) teacher.close();
    }

    private Result train(Settings settings, Progress progress) {
        Path checkpoint = settings.checkpoint;
        if (checkpoint != null && settings.resume && Files.exists(checkpoint)) {
            Checkpoint.read(checkpoint, state, fingerprint);
        } else {
            method.begin(run);
        }
        density = density();
        if (run.steps() == 0) progress.epoch(endEpoch());
        long saved = System.nanoTime();
        while (state.step < run.steps()) {
            long start = System.nanoTime();
            step();
            boolean epochEnds = state.step % run.stepsPerEpoch() == 0;
            if (epochEnds || state.step % LOOK_AT_DENSITY == 1) density = density();
            progress.step(state.step, run.steps(), state.meanLoss(), state.accuracy(), density);
            state.seconds += (System.nanoTime() - start) / 1e9;
            if (epochEnds) progress.epoch(endEpoch());
            if (checkpoint != null && (epochEnds || System.nanoTime() - saved > settings.seconds * 1e9)) {
                Checkpoint.write(checkpoint, state, fingerprint);
                saved = System.nanoTime();
            }
        }
        return result();
    }

    private void step() {
        long number = state.step;
        int epoch = (int) (number / run.stepsPerEpoch()), batch = (int) (number % run.stepsPerEpoch());
        if (batch == 0) {
            state.beginEpoch();
            method.beforeEpoch(run, epoch);
        }
        int n = training.read(epoch, batch, pixels, labels);
        method.beforeForward(run, new Step(number, epoch, n, Map.of()));
        Pass pass = autograd.gradients(pixels, targets(n), method.watched(run, number));
        if (!Double.isFinite(pass.loss())) throw diverged("the loss is " + pass.loss() + " at step " + number + " of epoch " + (epoch + 1));
        if (method.afterBackward(run, new Step(number, epoch, n, pass.activations()))) recipe.optimizer().step(run.parameters().all(), rate(number), number);
        if (state.average != null) state.average.update(number);
        state.loss += pass.loss() * n;
        state.correct += correct(pass.logits(), labels, n, data.classes());
        state.seen += n;
        state.step++;
    }

    private Targets targets(int n) {
        Targets targets = Targets.of(labels, data.classes(), recipe.smoothing());
        if (teacher == null || recipe.teacher().isEmpty()) return targets;
        return targets.withTeacher(teacher.logits(pixels, n), recipe.teacher().get().weight(), recipe.teacher().get().temperature());
    }

    private double rate(long step) { return recipe.rate().at(step / (double) run.stepsPerEpoch(), run.epochs()); }

    private Epoch endEpoch() {
        long start = System.nanoTime();
        int number = (int) (state.step / run.stepsPerEpoch());
        boolean last = state.step == run.steps();
        Evaluation evaluation = Evaluation.NONE;
        if (last || number % recipe.evaluate() == 0) {
            evaluation = evaluate();
            if (!Double.isFinite(evaluation.loss())) throw diverged("the loss on the images it is judged by is " + evaluation.loss() + " after epoch " + number);
        }
        state.seconds += (System.nanoTime() - start) / 1e9;
        Epoch epoch = new Epoch(number, state.step == 0 ? 0 : rate(state.step - 1), state.meanLoss(), state.accuracy(), evaluation.loss(), evaluation.accuracy(), density(),
                state.seconds, method.figures(run));
        state.history.add(epoch);
        return epoch;
    }

    private static Diverged diverged(String what) { return new Diverged(what + ": the training has diverged; lower the rate, or warm up longer"); }

    private Evaluation evaluate() {
        method.beforeEvaluation(run);
        if (state.average != null) state.average.exchange();
        fitStatistics();
        Evaluation evaluation = Evaluation.of(autograd, Batches.evaluation(data.test(), data.normalisation(), EVALUATED), data);
        if (state.average != null) state.average.exchange();
        return evaluation;
    }

    /**
     * Running statistics belong to the weights and masks they were measured with: measured anew for every method alike, so that methods can be compared. Without a step of
     * training a network is judged with those that it has, unless the recipe has put the normalisations there.
     */
    private void fitStatistics() {
        if (recipe.reestimate() == 0 || run.parameters().statistics().isEmpty()) return;
        if (run.steps() == 0 && !recipe.network().batchNorm()) return;
        int epoch = (int) ((state.step - 1) / run.stepsPerEpoch());
        for (int k = 0; k < Math.min(recipe.reestimate(), training.count()); k++) autograd.estimate(pixels, training.read(epoch, k, pixels, labels), 1.0 / (k + 1));
    }

    private Result result() {
        method.beforeEvaluation(run);
        if (state.average != null) state.average.exchange();
        Graph trained = method.finish(run, run.parameters().into(graph));
        if (state.average != null) state.average.exchange();
        return new Result(trained, state.history);
    }

    private double density() {
        List<Parameter> weights = run.sparse().isEmpty() ? run.parameters().all().stream().filter(p -> p.role() == Parameter.Role.WEIGHT).toList() : run.sparse();
        double live = 0, all = 0;
        for (Parameter p : weights) {
            live += p.density() * p.size();
            all += p.size();
        }
        return all == 0 ? 1 : live / all;
    }

    static int correct(float[] logits, int[] labels, int n, int classes) {
        int correct = 0;
        for (int i = 0; i < n; i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) if (logits[i * classes + c] > logits[i * classes + best]) best = c;
            if (best == labels[i]) correct++;
        }
        return correct;
    }

    static void check(Graph graph, DataSet data) {
        Shape in = graph.inputs().getFirst().shape(), out = graph.shape(graph.outputs().getFirst());
        List<Integer> image = List.of(data.train().channels(), data.train().height(), data.train().width());
        if (in.rank() != 4 || !in.dims().subList(1, 4).equals(image))
            throw new Invalid("the network " + graph.name() + " reads " + in + ", but the images of " + data.name() + " are " + new Shape(image));
        if (out.rank() < 2 || out.dim(1) != data.classes())
            throw new Invalid("the network " + graph.name() + " gives " + out + ", but " + data.name() + " has " + data.classes() + " classes");
    }
}

package dev.lacewing.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Criterion;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.train.method.DynamicSparse;
import dev.lacewing.train.method.SoftUniformBlocks;
import dev.lacewing.train.optimizer.LearningRate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentTest {
    private static final String YAML = """
            title: A comparison
            seeds: [1, 2]
            figures: sad
            base:
              data: mnist
              network: {name: tinycnn, width: 0.5}
              epochs: 8
              method: {name: subp, patterns: 1x8, sparsity: 0.75, start: 1, end: 6}
              rate: {name: cosine, rate: 0.05, warmup: 1}
            arms:
              plain: {}
              bpar: {method: {criterion: bpar}, against: plain}
              short: {epochs: 3}
              tuned: {from: short, epochs: 5, rate: {rate: 0.01}, method: {name: static, sparsity: 0.5}}
            """;

    private final Experiment experiment = Experiment.parse("e.yaml", YAML);

    @Test
    void anArmIsTheBaseWithItsChanges() {
        assertThat(experiment.seeds()).containsExactly(1L, 2L);
        assertThat(experiment.figures()).containsExactly("sad");
        SoftUniformBlocks plain = (SoftUniformBlocks) experiment.arm("plain").recipe().method(), bpar = (SoftUniformBlocks) experiment.arm("bpar").recipe().method();
        assertThat(plain.criterion()).isEqualTo(Criterion.L1);
        assertThat(bpar.criterion()).isEqualTo(Criterion.BPAR);
        assertThat(bpar.sparsity()).isEqualTo(0.75);
        assertThat(experiment.arm("bpar").against()).isEqualTo("plain");
        assertThat(experiment.arm("tuned").recipe().network()).isEqualTo(new Recipe.Network("tinycnn", 0.5, Rearranger.By.NONE, false));
    }

    @Test
    void mappingsAreMergedButNotThoseOfAnotherName() {
        Recipe tuned = experiment.arm("tuned").recipe();
        assertThat(tuned.rate()).isEqualTo(new LearningRate.Cosine(0.01, 0, 1));
        assertThat(((DynamicSparse) tuned.method()).sparsity()).isEqualTo(0.5);
    }

    /** Of the start itself: what the base does with its network has been done to that one. */
    @Test
    void aStartFromAnotherArmTakesExactlyWhatItSays() {
        String file = "network: {name: n.onnx, rearrange: norm, batch_norm: true}", zoo = "network: {name: tinycnn, width: 0.5}", start = "{from: short, network: {rearrange: retained}, ";
        for (String base : new String[] {zoo, "network: tinycnn", file}) {
            String yaml = YAML.replace(zoo, base);
            Recipe.Network without = Experiment.parse("e", yaml).arm("tuned").recipe().network(), with = Experiment.parse("e", yaml.replace("{from: short, ", start)).arm("tuned").recipe().network();
            Recipe.Network normalised = Experiment.parse("e", yaml.replace("{from: short, ", start.replace("rearrange: retained", "batch_norm: true"))).arm("tuned").recipe().network();
            assertThat(without.withFile("s.onnx")).as(base).isEqualTo(new Recipe.Network("s.onnx", 1, Rearranger.By.NONE, false));
            assertThat(with.withFile("s.onnx")).as(base).isEqualTo(new Recipe.Network("s.onnx", 1, Rearranger.By.RETAINED, false));
            assertThat(normalised.withFile("s.onnx")).as(base).isEqualTo(new Recipe.Network("s.onnx", 1, Rearranger.By.NONE, true));
            assertThat(with.name()).isEqualTo(Experiment.parse("e", yaml).arm("short").recipe().network().name());
        }
    }

    @Test
    void epochsOfTheStartCount() {
        assertThat(experiment.epochs(experiment.arm("tuned"))).isEqualTo(8);
        assertThat(experiment.epochs(experiment.arm("plain"))).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            seeds: [1, 2]       | seeds: [1, 1]          | names one twice
            seeds: [1, 2]       | sead: [1]              | e.yaml:2: there is no key 'sead' here; allowed are title, about, found, seeds
            {criterion: bpar}   | {criterium: bpar}      | e.yaml:12: there is no key 'criterium' here; did you mean 'criterion'?
            against: plain      | against: plan          | arm bpar is against plan, but there are only plain, bpar, short, tuned
            from: short         | from: shirt            | arm tuned starts from shirt, which does not stand before it; there are plain, bpar, short
            short: {epochs: 3}  | short: 3               | e.yaml:13: arm short must be a mapping
            figures: sad        | plot: time             | plot must be epochs or latency, got 'time'
            {from: short,       | {from: short, network: mlp, | e.yaml:14: arm tuned starts from the network of another arm
            {from: short,       | {from: short, network: {name: mlp, rearrange: norm}, | its own network may say rearrange and batch_norm, no name and no width
            {from: short,       | {from: short, network: {width: 1}, | its own network may say rearrange and batch_norm, no name and no width
            {from: short,       | {from: short, network: {rearange: norm}, | e.yaml:14: there is no key 'rearange' here; did you mean 'rearrange'?
            figures: sad        | last: 4                | last is 4 epochs, but arm short has 3
            short: {epochs: 3}  | short: {seed: 3}       | e.yaml:13: seed has no meaning in an experiment: seeds, beside base, says
            data: mnist         | seed: {order: 7}       | e.yaml:5: seed has no meaning in an experiment
            epochs: 8           | epochs: -1             | epochs must be 0 (only begin, and judge) or more, got -1
            """)
    void mistakesAreToldWithTheirLine(String right, String wrong, String message) {
        assertThatThrownBy(() -> Experiment.parse("e.yaml", YAML.replace(right, wrong))).isInstanceOf(Invalid.class).hasMessageContaining(message);
    }

    @Test
    void lastEpochsAreEvaluatedOnes() {
        String yaml = YAML.replace("figures: sad", "last: 2").replace("epochs: 8", "epochs: 8\n  evaluate: 2");
        assertThatThrownBy(() -> Experiment.parse("e.yaml", yaml)).isInstanceOf(Invalid.class)
                .hasMessageContaining("last is 2 epochs, but arm plain is evaluated after each 2 only: leave evaluate out, or last");
    }
}

package dev.lacewing.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.data.Augmentation;
import dev.lacewing.train.method.DynamicSparse;
import dev.lacewing.train.method.GradualMagnitude;
import dev.lacewing.train.method.Growth;
import dev.lacewing.train.optimizer.Adam;
import dev.lacewing.train.optimizer.LearningRate;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
    @Test
    void twoLinesAreEnough() {
        Recipe recipe = Recipe.parse("r.yaml", "data: mnist\nnetwork: tinycnn\n");
        assertThat(recipe.data().name()).isEqualTo("mnist");
        assertThat(recipe.network()).isEqualTo(new Recipe.Network("tinycnn", 1, Rearranger.By.NONE, false));
        assertThat(recipe.epochs()).isEqualTo(10);
    }

    @Test
    void everythingCanBeSaid() {
        Recipe recipe = Recipe.parse("r.yaml", """
                data: {name: cifar-10, limit: 500, augment: {crop: 4, flip: true}}
                network: {name: mobilenet_v1, width: 0.5, rearrange: retained}
                method: {name: gradual, sparsity: 0.8, patterns: {pointwise: 1x4, spatial: 1x4-tap}, dead: straight_through}
                scope: pointwise
                epochs: 3
                batch: 32
                optimizer: {name: adamw, decay: 0.05}
                rate:
                  name: step
                  rate: 1e-3
                  milestones: [1, 2.5]
                smoothing: 0.1
                ema: 0.99
                seed: {weights: 1, order: 2}
                teacher: {file: big.lace, temperature: 2}
                """);
        assertThat(recipe.data().augment()).isEqualTo(new Augmentation(4, true, 0));
        assertThat(recipe.method()).isInstanceOfSatisfying(GradualMagnitude.class, m -> {
            assertThat(m.sparsity()).isEqualTo(0.8);
            assertThat(m.patterns().pointwise()).isEqualTo(new Pattern.Block(4));
            assertThat(m.patterns().spatial()).isEqualTo(new Pattern.Block(4, true));
            assertThat(m.frequency()).isEqualTo(GradualMagnitude.DEFAULT.frequency());
        });
        assertThat(recipe.network()).isEqualTo(new Recipe.Network("mobilenet_v1", 0.5, Rearranger.By.RETAINED, false));
        assertThat(recipe.network().withFile("base.onnx")).isEqualTo(new Recipe.Network("base.onnx", 1, Rearranger.By.RETAINED, false));
        assertThat(recipe.scope()).isEqualTo(Scope.POINTWISE);
        assertThat(recipe.optimizer()).isEqualTo(new Adam(0.9, 0.999, 1e-8, 0.05, true, false));
        assertThat(recipe.rate()).isEqualTo(new LearningRate.Steps(1e-3, List.of(1.0, 2.5), 0.1, 0));
        assertThat(recipe.seed()).isEqualTo(new Recipe.Seeds(1, OptionalLong.of(2), OptionalLong.empty()));
        assertThat(recipe.seed().ofOrder()).isEqualTo(2);
        assertThat(recipe.seed().ofMethod()).isEqualTo(1);
        assertThat(recipe.teacher()).contains(new Recipe.Teacher("big.lace", 0.5, 2));
    }

    @Test
    void namesAloneAndMixedSpelling() {
        Recipe recipe = Recipe.parse("r.yaml", "data: mnist\nnetwork: tinycnn\nmethod: set\nseed: 7\n");
        assertThat(recipe.method()).isInstanceOfSatisfying(DynamicSparse.class, m -> assertThat(m.growth()).isEqualTo(Growth.RANDOM));
        assertThat(recipe.seed().ofMethod()).isEqualTo(7);
        assertThat(Recipe.parse("r.yaml", "data: mnist\nnetwork: tinycnn\nmethod: SR-STE\n").method()).isEqualTo(Families.methods().get("sr_ste"));
    }

    @Test
    void everyMemberOfEveryFamilyCanBeChosen() {
        for (String name : Families.methods().keySet()) assertThat(Recipe.parse("r", "data: d\nnetwork: n\nmethod: " + name).method()).isEqualTo(Families.methods().get(name));
        for (String name : Families.optimizers().keySet())
            assertThat(Recipe.parse("r", "data: d\nnetwork: n\noptimizer: {name: " + name + ", decay: 0.5}").optimizer().toString()).contains("decay=0.5");
        for (String name : Families.rates().keySet()) assertThat(Recipe.parse("r", "data: d\nnetwork: n\nrate: {name: " + name + ", rate: 0.5}").rate().at(0.4, 10)).isPositive();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "epoch: 3                         | r.yaml:3: there is no key 'epoch' here; did you mean 'epochs'?; allowed are data, network, method",
            "epochs: many                     | r.yaml:3: epochs must be a whole number, got 'many'",
            "epochs: -1                       | epochs must be 0 (only begin, and judge) or more, got -1",
            "epochs: 99999999999              | r.yaml:3: epochs is too large",
            "epochs:                          | r.yaml:3: epochs has no value",
            "epochs: [1]                      | r.yaml:3: epochs must be a single value, got a list",
            "scope: most                      | r.yaml:3: scope must be one of pointwise, conv, all, got 'most'",
            "method: riggl                    | r.yaml:3: there is no method 'riggl'; did you mean 'rigl'?; choose one of dense, gradual",
            "method: {sparsity: 0.5}          | r.yaml:3: method needs a name: one of dense",
            "method: {name: rigl, drop: 1}    | r.yaml:3: there is no key 'drop' here; allowed are name, sparsity",
            "optimizer: {name: sgd, momentum: 2} | r.yaml:3: momentum must be 0 to below 1, got 2.0",
            "optimizer: {name: sgd, nesterov: yes} | r.yaml:3: nesterov must be true or false, got 'yes'",
            "rate: {name: cosine, rate: high} | r.yaml:3: rate must be a number, got 'high'",
            "data: mnist                      | r.yaml:3: the key 'data' stands here twice",
            "teacher: {weight: 2}             | r.yaml:3: weight must be 0 to 1",
            "teacher: {weight: 1}             | teacher: needs a file",
            "method: {name: gradual, patterns: 4x1} | r.yaml:3: there is no sparsity pattern '4x1'"})
    void saysWhereAndWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> Recipe.parse("r.yaml", "data: mnist\nnetwork: tinycnn\n" + line + "\n")).isInstanceOf(Invalid.class).hasMessageContaining(message.strip());
    }

    @Test
    void aFileIsAsWideAsItIs() {
        assertThatThrownBy(() -> Recipe.parse("r.yaml", "data: mnist\nnetwork: {name: net.onnx, width: 0.5}\n")).isInstanceOf(Invalid.class).hasMessageContaining("r.yaml:2: width is of networks of the zoo");
    }

    @Test
    void theDataSetOfTheExampleExists() {
        assertThatThrownBy(() -> Recipe.parse("r.yaml", "network: tinycnn\n")).hasMessageMatching("(?s).*for example data: (" + String.join("|", dev.lacewing.train.data.DataSets.ofUser().names()) + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: [", "a: b: c", "\t- x"})
    void refusesWhatIsNoYaml(String text) { assertThatThrownBy(() -> Recipe.parse("r.yaml", text)).isInstanceOf(Malformed.class).hasMessageContaining("r.yaml"); }

    @ParameterizedTest
    @ValueSource(strings = {"", "42", "- a", "epochs: 3", "network: tinycnn"})
    void refusesWhatIsNoRecipe(String text) { assertThatThrownBy(() -> Recipe.parse("r.yaml", text)).isInstanceOf(Invalid.class).hasMessageContaining("data:"); }
}

package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.zoo.Zoo;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final Graph GRAPH = Zoo.build("tinycnn", Zoo.defaults("tinycnn"));

    /** Kept figures of experiments know their networks by this: a change of an operator's text makes them stale. */
    @Test
    void ofANetworkStaysWhatItWas() { assertThat(Fingerprint.of(GRAPH, "[127] [255]")).isEqualTo("6928fa1aea1d9bf5b6799465ec3a29a9e2b631df39dc8a83fec112e9ba63d590"); }

    @Test
    void ofAnotherNetworkOrNormalisationIsAnother() {
        String one = Fingerprint.of(GRAPH, "[127] [255]");
        assertThat(Fingerprint.of(GRAPH, "[0] [255]")).isNotEqualTo(one);
        assertThat(Fingerprint.of(Zoo.build("tinycnn", Zoo.defaults("tinycnn").withSeed(1)), "[127] [255]")).isNotEqualTo(one);
        assertThat(Fingerprint.of(Zoo.build("tinycnn", Zoo.defaults("tinycnn")), "[127] [255]")).isEqualTo(one);
    }
}

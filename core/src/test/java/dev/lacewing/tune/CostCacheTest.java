package dev.lacewing.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.Tier;
import dev.lacewing.plan.CostModel.Rate;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.CostTable;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostCacheTest {
    private static final Tier TIER = new Tier("x64", Interpreter::new, Machine.AVX2.baking(), "for a test");

    @TempDir
    Path temporary;

    private CostModel other() { return new CostModel("another", TIER.machine(), CostModel.shipped(TIER.machine()).rates().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> new Rate(1, 2, 3, 4)))); }

    @Test
    void whatIsMeasuredIsFoundAgainByTheSameTierAlone() throws IOException {
        CostCache cache = new CostCache(temporary.resolve("not/yet/there"));
        assertThat(cache.read(TIER)).isEmpty();
        assertThat(cache.known(TIER)).isEqualTo(CostModel.shipped(TIER.machine()));
        Path file = Objects.requireNonNull(cache.write(TIER, other()));
        assertThat(cache.known(TIER).rates()).isEqualTo(other().rates());
        assertThat(cache.known(TIER).origin()).isEqualTo(file.toString());
        assertThat(Files.list(file.getParent())).as("nothing beside it").containsExactly(file);
        assertThat(cache.read(new Tier("x64", Interpreter::new, Machine.AVX512, ""))).isEmpty();
        assertThat(cache.read(new Tier("jvm", Interpreter::new, Machine.AVX2, ""))).isEmpty();
    }

    @Test
    void ratesOfOtherVersionsAreNotFound() {
        CostCache cache = new CostCache(temporary);
        Tier jvm = new Tier("jvm", Interpreter::new, Machine.AVX2, "");
        String shipped = CostModel.shippedTable("x64", TIER.machine());
        Path file = cache.file(TIER, shipped, jvm("25", "0"), "1.0");
        assertThat(cache.file(TIER, shipped, jvm("25", "0"), "1.0")).isEqualTo(file);
        assertThat(cache.file(TIER, shipped, jvm("25", "0"), "1.1")).as("another version").isNotEqualTo(file);
        assertThat(cache.file(TIER, shipped.replaceFirst("1", "2"), jvm("25", "0"), "1.0")).as("another table").isNotEqualTo(file);
        assertThat(cache.file(TIER, shipped, jvm("26", "2"), "1.0")).as("machine code on another JVM").isEqualTo(file);
        assertThat(List.of("25 0", "26 0", "25 2")).extracting(k -> cache.file(jvm, shipped, jvm(k.split(" ")[0], k.split(" ")[1]), "1.0")).as("bytecode on another JVM").doesNotHaveDuplicates();
        assertThat(cache.file(TIER)).isEqualTo(cache.file(TIER, shipped, System.getProperties(), null));
    }

    private static Properties jvm(String version, String check) {
        Properties p = new Properties();
        p.setProperty("java.vm.version", version);
        p.setProperty("jdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK", check);
        return p;
    }

    @Test
    void aBrokenFileCountsAsNoneAndIsReplaced() throws IOException {
        CostCache cache = new CostCache(temporary);
        Path file = Objects.requireNonNull(cache.write(TIER, other()));
        String good = Files.readString(file);
        for (String bad : List.of("", "lanes 8", "spmm", good.substring(0, good.length() / 2), good.replace("memory", "memories"), good.replace("lanes 8", "lanes 16"), good.replace("1.0", "-1"))) {
            Files.writeString(file, bad);
            assertThat(cache.read(TIER)).as(bad).isEmpty();
            assertThat(cache.known(TIER).origin()).isEqualTo(CostModel.SHIPPED);
        }
        assertThat(cache.write(TIER, other())).isEqualTo(file);
        assertThat(cache.read(TIER)).isPresent();
    }

    @Test
    void whereNothingCanBeWrittenNothingIsKept() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "no folder");
        assertThat(new CostCache(file).write(TIER, other())).isNull();
        assertThat(new CostCache(file).known(TIER).origin()).isEqualTo(CostModel.SHIPPED);
        assertThat(new CostCache(null).write(TIER, other())).isNull();
        assertThat(new CostCache(null).known(TIER).origin()).isEqualTo(CostModel.SHIPPED);
    }

    @Test
    void everyTierHasAShippedTable() {
        for (Machine machine : Machine.ALL)
            for (Machine each : List.of(machine, machine.baking())) {
                CostModel shipped = CostModel.shipped(each);
                assertThat(shipped.isCompleteFor(each)).as("%s", each).isTrue();
                assertThat(CostTable.read(CostTable.write(shipped, List.of("a comment")), CostModel.SHIPPED, each)).isEqualTo(shipped);
            }
    }
}

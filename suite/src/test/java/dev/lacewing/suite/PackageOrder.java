package dev.lacewing.suite;

import dev.lacewing.suite.house.MarkdownTable;
import dev.lacewing.suite.house.Repository;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which package of core may use which: the table of CONTRIBUTING.md, that {@link ArchitectureTest} holds the code to. Names are relative to {@code dev.lacewing}. */
final class PackageOrder {
    /** Types of the facade that its implementations below speak as well. The entry points stand above everything. */
    static final Set<String> SHARED_FACADE = Set.of("dev.lacewing.ModelFormat", "dev.lacewing.Options", "dev.lacewing.LayerReport", "dev.lacewing.Session");

    private static final Set<String> BEYOND = Set.of("facade", "onnx", "bench", "cli");

    private PackageOrder() {}

    /** Every package of core with the packages it may use, itself left out. */
    static Map<String, Set<String>> ofCore() {
        Map<String, Set<String>> order = new LinkedHashMap<>();
        MarkdownTable.of(Repository.text("CONTRIBUTING.md"), "package").uses().forEach((name, uses) -> {
            if (!BEYOND.contains(name)) order.put(name, Set.copyOf(uses));
        });
        return order;
    }
}

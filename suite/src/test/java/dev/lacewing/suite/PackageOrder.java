package dev.lacewing.suite;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which package of core may use which, the one table that {@link ArchitectureTest} holds the code to. Names are relative to {@code dev.lacewing}. */
final class PackageOrder {
    /** Types of the facade that its implementations below speak as well. The entry points stand above everything. */
    static final Set<String> SHARED_FACADE = Set.of("dev.lacewing.ModelFormat", "dev.lacewing.Options", "dev.lacewing.LayerReport", "dev.lacewing.Session");

    private final Map<String, Set<String>> allowed = new LinkedHashMap<>();

    /** Every package of core with the packages it may use, itself left out. */
    static Map<String, Set<String>> ofCore() {
        PackageOrder order = new PackageOrder();
        order.put("error");
        order.put("tensor", "error");
        order.put("program", "error", "tensor");
        order.put("kernel", "program");
        order.put("emit.jvm", "program");
        order.put("emit", "program", "emit.jvm");
        order.put("sparse", "tensor");
        order.put("graph", "sparse");
        order.put("rewrite", "graph");
        order.put("prune", "rewrite");
        order.put("zoo", "graph");
        order.put("general", "program", "graph");
        order.put("plan", "rewrite", "kernel", "general", "emit");
        order.put("run", "plan");
        order.put("archive", "plan");
        return order.allowed;
    }

    /** What a package may use, its uses may be used too; but the JVM encoder is for {@code emit} alone. */
    private void put(String name, String... uses) {
        Set<String> all = new LinkedHashSet<>(Arrays.asList(uses));
        for (String use : uses) all.addAll(allowed.get(use));
        if (!name.equals("emit")) all.remove("emit.jvm");
        allowed.put(name, all);
    }
}

package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING.md tells the truth: its tables are the rules for modules and packages. */
final class ContributingTest {
    private static final String ROOT = "dev.lacewing", FACADE = "facade";
    private static final Pattern MODULE = Pattern.compile("<artifactId>lacewing-(\\w+)</artifactId>");

    private final String page = Repository.text("CONTRIBUTING.md");
    private final MarkdownTable modules = MarkdownTable.of(page, "module"), packages = MarkdownTable.of(page, "package");

    @Test
    void modulesUseWhatTheTableSays() {
        Matcher listed = Pattern.compile("<module>(.+)</module>").matcher(Repository.text("pom.xml"));
        assertThat(listed.results().map(m -> m.group(1))).containsExactlyInAnyOrderElementsOf(modules.uses().keySet());
        modules.uses().forEach((module, uses) -> {
            Set<String> named = new TreeSet<>(MODULE.matcher(Repository.text(module + "/pom.xml")).results().map(m -> m.group(1)).toList());
            named.remove(module);
            assertThat(named).as("modules that %s/pom.xml names", module).containsExactlyInAnyOrderElementsOf(uses);
        });
    }

    @Test
    void coreDependsOnNothingButTheJdk() {
        assertThat(Repository.text("core/pom.xml").replaceAll("(?s)<parent>.*</parent>", ""))
                .doesNotContainPattern("<dependency>(?:(?!</dependency>)[\\s\\S])*<scope>(?!test)")
                .doesNotContainPattern("<dependency>(?:(?!<scope>)[\\s\\S])*</dependency>");
    }

    @Test
    void packagesNameOnlyPackagesAboveThem() {
        List<String> above = new ArrayList<>(List.of(FACADE));
        packages.uses().forEach((name, uses) -> {
            assertThat(above).as("packages above %s", name).containsAll(uses);
            above.add(name);
        });
    }

    @Test
    void packagesUseWhatTheTableSays() {
        JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);
        Set<String> breaches = new TreeSet<>();
        int looked = 0;
        for (JavaClass origin : classes) {
            if (origin.getPackageName().startsWith(ROOT + ".suite")) continue;
            String from = idea(origin);
            if (!packages.uses().containsKey(from)) breaches.add(origin.getPackageName() + " stands in no line of the table");
            for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.getPackageName().startsWith(ROOT)) continue;
                looked++;
                String to = idea(target);
                if (!from.equals(to) && !packages.uses().getOrDefault(from, List.of()).contains(to))
                    breaches.add(from + " may not use " + to + ", but " + origin.getName() + " uses " + target.getName());
            }
        }
        assertThat(looked).as("dependencies between classes of Lacewing").isPositive();
        assertThat(breaches).isEmpty();
    }

    @Test
    void onlyCommandsPrintOrExit() {
        JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);
        List<String> who = classes.stream().filter(c -> c.getFieldAccessesFromSelf().stream().anyMatch(a -> a.getTargetOwner().isEquivalentTo(System.class))
                || c.getMethodCallsFromSelf().stream().anyMatch(m -> m.getTargetOwner().isEquivalentTo(System.class) && m.getName().equals("exit"))).map(JavaClass::getPackageName).toList();
        assertThat(who).contains(ROOT + ".cli").isSubsetOf(ROOT + ".cli", ROOT + ".bench.compare", ROOT + ".bench.web", ROOT + ".jmh");
    }

    @Test
    void everyFileNamedExists() {
        String lists = page.substring(page.indexOf("## How to add"));
        List<String> paths = MarkdownTable.ticked(lists).stream().filter(t -> t.endsWith(".java")).toList();
        assertThat(paths).hasSizeGreaterThan(10).allSatisfy(path -> assertThat(bases().map(b -> b.resolve(path))).as(path).anyMatch(Files::exists));
    }

    @Test
    void everyPackageOfTheTableExists() {
        assertThat(packages.uses().keySet()).allSatisfy(name -> assertThat(bases().map(b -> b.resolve(name.equals(FACADE) ? "." : name.replace('.', '/'))))
                .as(name).anyMatch(Files::isDirectory));
    }

    /** Where a path on the page may start: the root, or the sources of a module. */
    private Stream<Path> bases() {
        return Stream.concat(Stream.of(Repository.root()), modules.uses().keySet().stream().map(m -> Repository.root().resolve(m + "/src/main/java/dev/lacewing")));
    }

    /** The line of the table that a class belongs to: the longest listed prefix of its package, otherwise the package's first name. */
    private String idea(JavaClass type) {
        if (type.getPackageName().equals(ROOT)) return FACADE;
        String name = type.getPackageName().substring(ROOT.length() + 1);
        for (String prefix = name; !prefix.isEmpty(); prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('.'))))
            if (packages.uses().containsKey(prefix)) return prefix;
        return name;
    }
}

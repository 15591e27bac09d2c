package dev.lacewing.suite;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.lacewing.graph.Graph;
import dev.lacewing.tensor.Shape;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dependency table of the design, held against the class files. */
class ArchitectureTest {
    private static final String ROOT = "dev.lacewing";
    private static final Set<String> OTHER_MODULES = Set.of("onnx", "bench", "cli", "train", "suite");
    private static final JavaClasses ALL = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT);
    private static final DescribedPredicate<JavaClass> CORE = describe("core", c -> in(c) && !OTHER_MODULES.contains(below(c).split("\\.")[0]));

    private static boolean in(JavaClass c) { return c.getPackageName().equals(ROOT) || c.getPackageName().startsWith(ROOT + "."); }

    /** The package's name within {@code dev.lacewing}; empty for the facade. */
    private static String below(JavaClass c) { return c.getPackageName().equals(ROOT) ? "" : c.getPackageName().substring(ROOT.length() + 1); }

    static Stream<String> packages() { return PackageOrder.ofCore().keySet().stream(); }

    /** Were the class files too new for the library, all rules below would pass on nothing. */
    @Test
    void classFilesAreRead() {
        assertThat(ALL.get(Graph.class).getDirectDependenciesFromSelf()).anyMatch(d -> d.getTargetClass().isEquivalentTo(Shape.class));
        assertThat(ALL.stream().filter(CORE).count()).isGreaterThan(50);
    }

    @Test
    void everyPackageStandsInTheTable() {
        Set<String> found = ALL.stream().filter(CORE).map(ArchitectureTest::below).filter(p -> !p.isEmpty()).collect(Collectors.toSet());
        assertThat(PackageOrder.ofCore().keySet()).containsAll(found);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatStandsBelow(String name) {
        Set<String> allowed = PackageOrder.ofCore().get(name);
        DescribedPredicate<JavaClass> above = describe("packages above or beside " + name, c -> in(c) && !below(c).equals(name) && !allowed.contains(below(c))
                && !PackageOrder.SHARED_FACADE.contains(outermost(c).getName()));
        noClasses().that().resideInAPackage(ROOT + "." + name).should().dependOnClassesThat(above).allowEmptyShould(true).check(ALL);
    }

    private static JavaClass outermost(JavaClass c) { return c.getEnclosingClass().map(ArchitectureTest::outermost).orElse(c); }

    /** The types of the facade that the table exempts are for the three packages that implement them. */
    @Test
    void onlyPlanRunAndArchiveSpeakTheFacade() {
        noClasses().that(describe("core below plan", c -> CORE.test(c) && !Set.of("", "plan", "run", "archive").contains(below(c))))
                .should().dependOnClassesThat().resideInAPackage(ROOT).check(ALL);
    }

    @Test
    void coreDependsOnTheJdkAlone() {
        classes().that(CORE).should().onlyDependOnClassesThat(CORE.or(resideInAPackage("java..")).or(resideInAPackage("jdk.incubator.vector.."))
                .or(resideInAPackage("org.jspecify..")).or(describe("arrays and primitives", c -> c.getBaseComponentType().isPrimitive()))).check(ALL);
    }

    @Test
    void theIncubatorIsTouchedByEncodersAlone() {
        noClasses().that(describe("core but emit", c -> CORE.test(c) && !Set.of("emit", "emit.jvm").contains(below(c)))).should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..").check(ALL);
    }

    @Test
    void onlyTheCommandLinePrintsOrExits() {
        DescribedPredicate<JavaClass> quiet = describe("core, onnx and bench", c -> CORE.test(c) || Set.of("onnx", "bench").contains(below(c)));
        noClasses().that(quiet).should(ACCESS_STANDARD_STREAMS).check(ALL);
        noClasses().that(quiet).should().callMethod(System.class, "exit", int.class).check(ALL);
    }

    @Test
    void protobufStaysInsideTheOnnxModule() {
        noClasses().that(describe("all but onnx", c -> in(c) && !below(c).startsWith("onnx"))).should().dependOnClassesThat()
                .resideInAnyPackage("ai.onnx.proto..", "com.google.protobuf..").check(ALL);
    }

    @Test
    void thePeerIsSeenInBenchAlone() {
        noClasses().that(describe("all but bench", c -> in(c) && !below(c).equals("bench"))).should().dependOnClassesThat().resideInAPackage("ai.onnxruntime..").check(ALL);
    }
}

package dev.lacewing.suite;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.graph.Graph;
import dev.lacewing.tensor.Shape;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the class files may touch beyond the table of packages, which the contributors' page holds and its own test checks. */
class ArchitectureTest {
    private static final String ROOT = "dev.lacewing";
    private static final Set<String> OTHER_MODULES = Set.of("onnx", "bench", "cli", "train", "suite");
    private static final JavaClasses ALL = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT);
    private static final DescribedPredicate<JavaClass> CORE = describe("core", c -> in(c) && !OTHER_MODULES.contains(below(c).split("\\.")[0]));

    private static boolean in(JavaClass c) { return c.getPackageName().equals(ROOT) || c.getPackageName().startsWith(ROOT + "."); }

    /** The package's name within {@code dev.lacewing}; empty for the facade. */
    private static String below(JavaClass c) { return c.getPackageName().equals(ROOT) ? "" : c.getPackageName().substring(ROOT.length() + 1); }

    /** Were the class files too new for the library, all rules below would pass on nothing. */
    @Test
    void classFilesAreRead() {
        assertThat(ALL.get(Graph.class).getDirectDependenciesFromSelf()).anyMatch(d -> d.getTargetClass().isEquivalentTo(Shape.class));
        assertThat(ALL.stream().filter(CORE).count()).isGreaterThan(50);
    }

    @Test
    void coreDependsOnTheJdkAlone() {
        classes().that(CORE).should().onlyDependOnClassesThat(CORE.or(resideInAPackage("java..")).or(resideInAPackage("jdk.incubator.vector.."))
                .or(resideInAPackage("javax.imageio..")).or(resideInAPackage("org.jspecify..")).or(describe("arrays and primitives", c -> c.getBaseComponentType().isPrimitive()))).check(ALL);
    }

    @Test
    void theIncubatorIsTouchedByEncodersAlone() {
        noClasses().that(describe("core but emit", c -> CORE.test(c) && !below(c).equals("emit") && !below(c).equals("emit.jvm"))).should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..").check(ALL);
    }

    /** The tier chooses the encoder; everybody else asks the tier. */
    @Test
    void encodersAreKnownToEmitAlone() {
        noClasses().that(describe("all but emit", c -> in(c) && !below(c).equals("emit") && !below(c).startsWith("emit."))).should().dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".emit.jvm", ROOT + ".emit.x64").check(ALL);
    }

    @Test
    void nothingInCoreCallsItsFrontDoor() {
        noClasses().that(describe("core below the facade", c -> CORE.test(c) && !below(c).isEmpty())).should().dependOnClassesThat()
                .belongToAnyOf(Lacewing.class).check(ALL);
    }

    /** A file format makes and takes models; nothing else does. */
    @Test
    void modelsAreKnownToTheArchiveAlone() {
        noClasses().that(describe("core below the facade, but archive", c -> CORE.test(c) && !below(c).isEmpty() && !below(c).equals("archive"))).should().dependOnClassesThat()
                .belongToAnyOf(Model.class).check(ALL);
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

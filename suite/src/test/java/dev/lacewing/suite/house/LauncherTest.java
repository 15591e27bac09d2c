package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.suite.house.Sandbox.Result;
import dev.lacewing.suite.house.Sandbox.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and its search for a JDK, on fake JDKs and with a fake build. */
@Timeout(60)
final class LauncherTest {
    private static final String BUILD = "mkdir -p cli/target/lib\n: > cli/target/lacewing-cli-1.jar";

    private Sandbox box;

    @BeforeEach
    void sandbox(@TempDir Path folder) throws IOException {
        box = new Sandbox(folder);
        box.maven(BUILD);
    }

    @Test
    void searchesInTheStatedOrder() throws Exception {
        String mac = box.jdk("root/Library/Java/JavaVirtualMachines/a/Contents/Home", "26");
        assertThat(find()).isEqualTo(mac);
        String linux = box.jdk("root/usr/lib/jvm/jdk 25", "25.0.3");
        assertThat(find()).isEqualTo(linux);
        String onPath = box.jdk("elsewhere/jdk", "25-ea");
        Path link = Files.createSymbolicLink(box.folder.resolve("hop"), Path.of("elsewhere/jdk/bin/java"));
        Files.createSymbolicLink(box.folder.resolve("bin/java"), link);
        assertThat(find()).isEqualTo(onPath);
        String home = box.jdk("javahome", "31.0.1");
        box.set("JAVA_HOME", home);
        assertThat(find()).isEqualTo(home);
        String own = box.jdk("own", "25");
        box.set("LACEWING_JAVA_HOME", own);
        assertThat(find()).isEqualTo(own);
    }

    @Test
    void passesOverWhatIsTooOldOrNoJdk() throws Exception {
        box.set("JAVA_HOME", box.jdk("javahome", "1.8.0_402"));
        box.jdk("root/usr/lib/jvm/a", "17.0.15");
        box.jdk("root/usr/lib/jvm/b", "24.0.2");
        String runtime = box.jdk("root/usr/lib/jvm/c", "25.0.3");
        Files.delete(Path.of(runtime, "bin/javac"));
        Sandbox.write(box.folder.resolve("root/usr/lib/jvm/d/release"), "JAVA_VERSION=nonsense");
        assertThat(find()).isEmpty();
        String sdkman = box.jdk("home/.sdkman/candidates/java/25.0.3-x", "25.0.3");
        assertThat(find()).isEqualTo(sdkman);
    }

    @Test
    void aBrokenJavaHomeDoesNoHarm() throws Exception {
        box.set("JAVA_HOME", box.folder.resolve("gone").toString());
        String jdk = box.jdk("root/opt/jdk", "25.0.3");
        assertThat(find()).isEqualTo(jdk);
    }

    @Test
    void withoutAJdkSaysInOneSentenceWhatToInstall() throws Exception {
        box.jdk("root/usr/lib/jvm/old", "21.0.2");
        for (String script : new String[] {"lacewing", "mvnw"}) {
            if (script.equals("mvnw"))
                Files.copy(Repository.root().resolve("mvnw"), box.clone.resolve("mvnw"), StandardCopyOption.REPLACE_EXISTING);
            Result result = box.run(box.clone.resolve(script).toString(), "demo");
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.out()).isEmpty();
            assertThat(result.err().lines()).singleElement().asString().startsWith(script + ": Lacewing needs a JDK 25 or newer and found only JDK 21 in ")
                    .contains("apt-get install openjdk-25-jdk", "LACEWING_JAVA_HOME");
        }
        assertThat(box.builds()).isZero();
    }

    @Test
    void anOverrideThatIsTooOldIsNotPassedOver() throws Exception {
        box.jdk("root/usr/lib/jvm/new", "25.0.3");
        box.set("LACEWING_JAVA_HOME", box.jdk("old", "17"));
        Result result = launch();
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err().lines()).singleElement().asString().contains("LACEWING_JAVA_HOME is " + box.folder.resolve("old"), "a JDK 17", "25 or newer");
    }

    @Test
    void mavenWrapperNamesMavenWhenItIsMissingAndPassesAllArgumentsOtherwise() throws Exception {
        String jdk = box.jdk("root/usr/lib/jvm/new", "25.0.3");
        Files.copy(Repository.root().resolve("mvnw"), box.clone.resolve("mvnw"), StandardCopyOption.REPLACE_EXISTING);
        String mvnw = box.clone.resolve("mvnw").toString();
        Result none = box.run(mvnw, "verify");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err().lines()).singleElement().asString().contains("Maven 3.8", "apt-get install maven");

        Sandbox.script(box.folder.resolve("my maven/bin/mvn"), "printf '%s\\n' \"${JAVA_HOME-unset}\" \"$@\"");
        box.set("MAVEN_HOME", box.folder.resolve("my maven").toString());
        assertThat(box.run(mvnw, "verify", "-Da=b c").out()).containsExactly(jdk, "verify", "-Da=b c");
        String seventeen = box.jdk("seventeen", "17.0.1");
        box.set("JAVA_HOME", seventeen);
        assertThat(box.run(mvnw).out()).containsExactly(seventeen);
        box.set("JAVA_HOME", box.jdk("eight", "1.8.0_1"));
        assertThat(box.run(mvnw).out()).containsExactly(jdk);
    }

    @Test
    void buildsOnceThenOnlyWhenASourceIsNewer() throws Exception {
        box.jdk("root/usr/lib/jvm/new", "25.0.3");
        Result first = launch("demo");
        assertThat(first.code()).isZero();
        assertThat(first.err().lines()).first().asString().startsWith("lacewing: building once");
        assertThat(launch("demo").err()).isEmpty();
        assertThat(box.builds()).isEqualTo(1);
        Path source = box.clone.resolve("core/src/main/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(100)));
        assertThat(launch("demo").code()).isZero();
        assertThat(box.builds()).isEqualTo(2);
        Files.delete(box.clone.resolve("cli/target/lacewing-cli-1.jar"));
        assertThat(launch("demo").code()).isZero();
        assertThat(box.builds()).isEqualTo(3);
    }

    @Test
    void recordsACacheOnceForEachJdkAndBuild() throws Exception {
        box.recordingJdk("root/usr/lib/jvm/a", "25.0.3", "cache");
        assertThat(launch("demo").err().lines()).last().asString().startsWith("lacewing: preparing quick starts");
        Path cache = box.clone.resolve("cli/target/start-25.0.3-Nobody.aot");
        assertThat(cache).hasContent("cache");
        Result second = launch("demo");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).contains("-XX:AOTCache=" + cache).doesNotContain("--add-modules");
        box.set("LACEWING_JAVA_OPTS", "-Dlacewing.tier=jvm");
        assertThat(launch("demo").out()).contains("--add-modules", "-Dlacewing.tier=jvm").noneMatch(o -> o.startsWith("-XX:AOTCache"));
        box.set("LACEWING_JAVA_OPTS", "");
        box.set("JAVA_HOME", box.recordingJdk("other", "26-ea", "other"));
        assertThat(launch("demo").out()).contains("-XX:AOTCache=" + box.clone.resolve("cli/target/start-26-ea-Nobody.aot"));
        assertThat(cache).hasContent("cache");
        Files.setLastModifiedTime(box.clone.resolve("core/src/main/A.java"), FileTime.from(Instant.now().plusSeconds(100)));
        assertThat(launch("demo").err().lines()).last().asString().startsWith("lacewing: preparing quick starts");
        assertThat(cache).doesNotExist();
        assertThat(files("cli/target")).containsExactlyInAnyOrder("lacewing-cli-1.jar", "lacewing.built", "lib", "start-26-ea-Nobody.aot");
    }

    @Test
    void addsTheVectorApiWhereKernelsNeedIt() throws Exception {
        String jdk = box.recordingJdk("root/usr/lib/jvm/a", "25.0.3", "cache");
        Path java = Path.of(jdk, "bin/java");
        Files.writeString(java, Files.readString(java).replace("#!/bin/sh\n", "#!/bin/sh\ncase \"$*\" in --add-modules*) ;; *CacheRecording) exit 4 ;; esac\n"));
        launch("demo");
        assertThat(launch("demo").out()).startsWith(java.toString(), "--add-modules", "jdk.incubator.vector")
                .contains("-XX:AOTCache=" + box.clone.resolve("cli/target/start-25.0.3-Nobody-vectors.aot"));
    }

    @Test
    void aCacheServesOneBuildOfAJdkAndOneKindOfProcessor() throws Exception {
        String home = "root/usr/lib/jvm/a", runtime = "JAVA_RUNTIME_VERSION=\"25.0.3+9-LTS\"", version = "JAVA_VERSION=\"25.0.3\"";
        box.recordingJdk(home, "25.0.3", "cache");
        List<String> names = new ArrayList<>(List.of("lacewing-cli-1.jar", "lacewing.built", "lib"));
        for (String vendor : List.of("Some Corporation", "Other")) {
            box.release(home, "IMPLEMENTOR=\"" + vendor + "\"", runtime, version);
            launch("demo");
            names.add("start-25.0.3+9-LTS-" + vendor.split(" ", -1)[0] + ".aot");
        }
        box.release(home, "IMPLEMENTOR=\"Other\"", "JAVA_RUNTIME_VERSION=\"25.0.3+10\"", version);
        launch("demo");
        names.add("start-25.0.3+10-Other.aot");
        box.processor("sse avx2 avx512f avx512vl");
        launch("demo");
        names.add("start-25.0.3+10-Other-avx512.aot");
        box.processor("sse avx2 avx512fake");
        assertThat(launch("demo").err()).isEmpty();
        assertThat(files("cli/target")).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aCacheOlderThanAJarIsMadeAnew() throws Exception {
        box.recordingJdk("root/usr/lib/jvm/a", "25.0.3", "cache");
        box.maven(BUILD + "\n: > cli/target/lib/lacewing-core-1.jar");
        launch("demo");
        Path cache = box.clone.resolve("cli/target/start-25.0.3-Nobody.aot");
        Files.setLastModifiedTime(cache, FileTime.from(Instant.now().minusSeconds(100)));
        assertThat(launch("demo").err()).startsWith("lacewing: preparing quick starts");
        assertThat(Files.getLastModifiedTime(cache).toInstant()).isAfter(Instant.now().minusSeconds(50));
        assertThat(launch("demo").err()).isEmpty();
        assertThat(box.builds()).isEqualTo(1);
    }

    @Test
    void aRecordingThatFailedIsTriedAgainADayLater() throws Exception {
        String jdk = box.jdk("root/usr/lib/jvm/a", "25.0.1");
        assertThat(launch("demo").err()).contains("preparing quick starts", "JDK 25.0.1 has a defect", "that did not work");
        assertThat(launch("demo").err()).isEmpty();
        assertThat(box.recordingJdk("root/usr/lib/jvm/a", "25.0.1", "cache")).isEqualTo(jdk);
        assertThat(launch("demo").err()).isEmpty();
        Path failed = box.clone.resolve("cli/target/start-25.0.1-Nobody.failed");
        Files.setLastModifiedTime(failed, FileTime.from(Instant.now().minusSeconds(25 * 3600)));
        assertThat(launch("demo").err()).contains("preparing quick starts").doesNotContain("did not work");
        assertThat(files("cli/target")).containsExactlyInAnyOrder("lacewing-cli-1.jar", "lacewing.built", "lib", "start-25.0.1-Nobody.aot");
    }

    @Test
    void onlyWhatTheCommandIsMadeOfMakesItStale() throws Exception {
        box.jdk("root/usr/lib/jvm/new", "25.0.3");
        launch("demo");
        for (String file : List.of("suite/pom.xml", "jmh/pom.xml", "jmh/src/main/A.java", "cli/src/test/A.java")) {
            Sandbox.write(box.clone.resolve(file), "");
            Files.setLastModifiedTime(box.clone.resolve(file), FileTime.from(Instant.now().plusSeconds(100)));
        }
        launch("demo");
        assertThat(box.builds()).isEqualTo(1);
        Sandbox.write(box.clone.resolve("onnx/pom.xml"), "");
        Files.setLastModifiedTime(box.clone.resolve("onnx/pom.xml"), FileTime.from(Instant.now().plusSeconds(100)));
        launch("demo");
        assertThat(box.builds()).isEqualTo(2);
    }

    @Test
    void startsWithoutACacheWhereNoneCanBeRecorded() throws Exception {
        box.jdk("root/usr/lib/jvm/a", "25.0.3");
        assertThat(launch("demo").err()).contains("lacewing: preparing quick starts", "lacewing: that did not work");
        Result second = launch("demo");
        assertThat(second.code()).isZero();
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).noneMatch(o -> o.startsWith("-XX:AOTCache"));
    }

    @Test
    void passesArgumentsAndOptionsFromAnyFolderThroughALink() throws Exception {
        String jdk = box.jdk("root/usr/lib/jvm/a jdk", "25.0.3");
        box.set("LACEWING_JAVA_OPTS", "-Xmx1g -Da=b");
        Path link = Files.createSymbolicLink(box.folder.resolve("bin/lw"), Path.of("../my clone/lacewing"));
        Result result = box.run(link.toString(), "run", "a b.jpg", "", "--top=3");
        assertThat(result.out()).startsWith(jdk + "/bin/java", "--add-modules", "jdk.incubator.vector").contains("-Xmx1g", "-Da=b")
                .endsWith("dev.lacewing.cli.Main", "run", "a b.jpg", "", "--top=3")
                .contains(box.clone + "/cli/target/lib/*:" + box.clone + "/cli/target/lacewing-cli-1.jar");
    }

    @Test
    void startsAtTheSameTimeBuildOnce() throws Exception {
        box.jdk("root/usr/lib/jvm/new", "25.0.3");
        box.maven("sleep 1\n" + BUILD);
        Running one = box.start(box.clone.resolve("lacewing").toString(), "a"), two = box.start(box.clone.resolve("lacewing").toString(), "b");
        assertThat(one.result().out()).endsWith("a");
        assertThat(two.result().out()).endsWith("b");
        assertThat(box.builds()).isEqualTo(1);
        assertThat(box.clone.resolve(".lacewing-build")).doesNotExist();
    }

    @Test
    void aFailedBuildShowsItsLogAndLeavesNoLock() throws Exception {
        box.jdk("root/usr/lib/jvm/new", "25.0.3");
        box.maven("echo 'ERROR: broken'\nexit 1");
        Result result = launch("demo");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("ERROR: broken", "the build failed");
        assertThat(box.clone.resolve(".lacewing-build")).doesNotExist();
        box.maven(BUILD);
        assertThat(launch("demo").code()).isZero();
    }

    @Test
    void theLockOfADeadBuildIsTakenAway() throws Exception {
        box.jdk("root/usr/lib/jvm/new", "25.0.3");
        Process dead = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
        dead.waitFor();
        Sandbox.write(box.clone.resolve(".lacewing-build/pid"), Long.toString(dead.pid()));
        assertThat(launch("demo").code()).isZero();
        assertThat(box.builds()).isEqualTo(1);
    }

    private List<String> files(String folder) throws IOException {
        try (Stream<Path> all = Files.list(box.clone.resolve(folder))) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }

    private Result launch(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = box.clone.resolve("lacewing").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return box.run(command);
    }

    private String find() throws IOException, InterruptedException {
        return String.join("", box.run("/bin/sh", "-c", ". 'my clone/.mvn/find-jdk.sh'; find_jdk && echo \"$jdk\"").out());
    }
}

package dev.lacewing.bench.compare;

import dev.lacewing.error.LacewingException.Invalid;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param what of {@link #WHAT}
 * @param networks words of which one stands in a network's id; empty for those of the table
 * @param tiers to force, one process each; empty for the one that this machine gets
 * @param lanes likewise
 * @param folder of the page and its files; null to write none
 * @param home the clone, with the command {@code lacewing}; null leaves that command out
 * @param child measure in this process and print the measurements, instead of starting one for each row
 */
record Arguments(List<String> what, List<Integer> threads, List<String> networks, int rounds, List<String> tiers, List<String> lanes, int processes, boolean quick, boolean rebuild,
        @Nullable Path folder, @Nullable Path home, @Nullable Path handLandmark, boolean child) {
    static final List<String> WHAT = List.of("ratios", "scaling", "linearity", "cold");

    static final String USAGE = """
            Usage: bench/compare [ratios] [scaling] [linearity] [cold] [all] [OPTIONS]

            Measures Lacewing beside ONNX Runtime and writes docs/performance.md, .json and .svg. Each row is measured in a process of its own, the two
            engines in turn, after their outputs have been compared, and replaces the same row of an earlier measurement.

              ratios               networks, Lacewing and ONNX Runtime in turn (what is done if nothing is named)
              scaling              MobileNetV1 with uniform block rows on one thread and on two
              linearity            time of one layer against its non-zeros
              cold                 fresh processes: from start to printed answer, first inference and later ones
              --networks LIST      those whose name contains one of these words, e.g. mobilenet_v1-90,resnet50
              --threads LIST       of the ratios (default: 1,2)
              --rounds N           timed runs of each engine (default: 101)
              --processes N        fresh processes of each kind (default: 5)
              --tier LIST          x64, jvm, interpreter: force these in turn (default: what the machine gets)
              --lanes LIST         16, 8, 4, 1: force these in turn
              --hand-landmark FILE the published network (.onnx or .onnx.gz; default: in the folder that LACEWING_DATA names)
              --quick              small networks and few rounds, to see that everything works; writes nothing without -o
              --rebuild            measure nothing, write page and plots anew from the JSON file
              -o DIR               where to write (default: docs)
            """;

    /** @throws Invalid on a mistake */
    static Arguments parse(String... args) {
        Deque<String> rest = new ArrayDeque<>(List.of(args));
        List<String> what = new ArrayList<>(), networks = List.of(), tiers = List.of(), lanes = List.of();
        List<Integer> threads = List.of(1, 2);
        int rounds = 0, processes = 0;
        boolean quick = false, rebuild = false, child = false;
        Path folder = null, home = null, handLandmark = null;
        while (!rest.isEmpty()) {
            String word = rest.remove();
            switch (word) {
                case "all" -> what.addAll(WHAT);
                case "--networks" -> networks = list(word, rest);
                case "--threads" -> threads = list(word, rest).stream().map(n -> number(word, n)).toList();
                case "--rounds" -> rounds = number(word, value(word, rest));
                case "--processes" -> processes = number(word, value(word, rest));
                case "--tier" -> tiers = list(word, rest);
                case "--lanes" -> lanes = list(word, rest);
                case "--hand-landmark" -> handLandmark = Path.of(value(word, rest));
                case "--quick" -> quick = true;
                case "--rebuild" -> rebuild = true;
                case "--child" -> child = true;
                case "--home" -> home = Path.of(value(word, rest));
                case "-o" -> folder = Path.of(value(word, rest));
                default -> {
                    if (!WHAT.contains(word)) throw new Invalid("there is no option or measurement '" + word + "'; --help lists them");
                    what.add(word);
                }
            }
        }
        if (folder == null && home != null && !quick) folder = home.resolve("docs");
        return new Arguments(what.isEmpty() ? List.of("ratios") : what.stream().distinct().toList(), threads, networks, rounds > 0 ? rounds : quick ? 5 : 101, tiers, lanes,
                processes > 0 ? processes : quick ? 1 : 5, quick, rebuild, folder, home, handLandmark, child);
    }

    private static String value(String option, Deque<String> rest) {
        if (rest.isEmpty()) throw new Invalid(option + " needs a value");
        return rest.remove();
    }

    private static List<String> list(String option, Deque<String> rest) { return Arrays.stream(value(option, rest).split(",")).filter(w -> !w.isBlank()).toList(); }

    private static int number(String option, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) return number;
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Invalid(option + " needs a whole number of at least 1, got '" + text + "'");
    }

    /** The networks asked for, or those of the table. */
    List<Network> chosen() {
        if (networks.isEmpty()) return Network.ALL.stream().filter(Network::hasTarget).toList();
        List<Network> chosen = Network.matching(networks);
        if (chosen.isEmpty()) throw new Invalid("no network's name contains one of " + networks + "; there are " + Network.ALL.stream().map(Network::id).toList());
        return chosen;
    }

    /** The arguments of the process that measures one row. */
    List<String> childArguments(String kind, @Nullable Network network) {
        List<String> list = new ArrayList<>(List.of(kind, "--child", "--rounds", String.valueOf(rounds), "--processes", String.valueOf(processes),
                "--threads", String.join(",", threads.stream().map(String::valueOf).toList())));
        if (network != null) list.addAll(List.of("--networks", network.id()));
        if (quick) list.add("--quick");
        if (home != null) list.addAll(List.of("--home", home.toString()));
        if (handLandmark != null) list.addAll(List.of("--hand-landmark", handLandmark.toString()));
        return list;
    }

    /** What a person types to repeat a row. */
    String command(String kind, @Nullable Network network, String tier, String lanes) {
        return "bench/compare " + kind + (network == null ? "" : " --networks " + network.id()) + " --rounds " + rounds + (quick ? " --quick" : "")
                + (tier.isEmpty() ? "" : " --tier " + tier) + (lanes.isEmpty() ? "" : " --lanes " + lanes);
    }
}

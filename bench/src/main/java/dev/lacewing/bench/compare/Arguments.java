package dev.lacewing.bench.compare;

import dev.lacewing.bench.Turns;
import dev.lacewing.error.LacewingException.Invalid;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param what of {@link #WHAT}
 * @param turn timed runs in a turn
 * @param runs timed runs of each engine in a process
 * @param processes for each row; 0 for the default of its kind
 * @param networks words of which one stands in a network's id; empty for those of the table
 * @param tiers to force, one process each; empty for the one that this machine gets
 * @param lanes likewise
 * @param calibrated plan with the rates in the user's cache folder, not with those that Lacewing brings along
 * @param fresh forget what the file of results holds
 * @param folder of the page and its files; null to write none
 * @param home the clone, with the command {@code lacewing}; null leaves that command out
 * @param child measure in this process and print the measurements, instead of starting one for each row
 */
record Arguments(List<String> what, List<Integer> threads, List<String> networks, int turn, int runs, int processes, List<String> tiers, List<String> lanes, boolean calibrated,
        boolean quick, boolean fresh, boolean rebuild, @Nullable Path folder, @Nullable Path home, @Nullable Path handLandmark, boolean child) {
    static final List<String> WHAT = List.of("ratios", "scaling", "linearity", "cold");

    private static final int TURN = 10, RUNS = 120, QUICK_RUNS = 20, PROCESSES = 3, COLD_PROCESSES = 9;

    static final String USAGE = """
            Usage: bench/compare [ratios] [scaling] [linearity] [cold] [all] [OPTIONS]

            Measures Lacewing beside ONNX Runtime and writes docs/performance.md, .json and .svg. Each row is measured in fresh processes, the two engines in
            turns, after their outputs have been compared, and replaces the same row of an earlier measurement on the same machine,
            unless that has more runs.

              ratios               networks, Lacewing and ONNX Runtime in turns (what is done if nothing is named)
              scaling              MobileNetV1 with uniform block rows on one thread and on two
              linearity            time of one layer against its non-zeros
              cold                 fresh processes: from start to printed answer, first inference and later ones
              all                  these four
              --networks LIST      those whose name contains one of these words, e.g. mobilenet_v1-90,resnet50
              --threads LIST       of the ratios (default: 1,2)
              --turn N             timed runs in a turn, which begins with 100 ms that do not count (default: 10). 1: the engines alternate after every run,
                                   nothing is left out, and ONNX Runtime's threads do not spin on when a run ends
              --runs N             timed runs of each engine in a process (default: 120)
              --processes N        fresh processes for each row (default: 3; cold: 9)
              --tier LIST          x64, jvm, interpreter: force these in turn (default: what the machine gets)
              --lanes LIST         16, 8, 4, 1: force these in turn
              --calibrated         plan with the rates that lacewing calibrate, doctor or bench measured here (default: those that Lacewing brings along)
              --hand-landmark FILE the published network (.onnx or .onnx.gz; default: in the folder that LACEWING_DATA names)
              --quick              small networks and few rounds, to see that everything works; writes nothing without -o
              --fresh              drop all earlier measurements
              --rebuild            measure nothing, write page and plots anew from the JSON file
              -o DIR               where to write (default: docs)
            """;

    /** @throws Invalid on a mistake */
    static Arguments parse(String... args) {
        Deque<String> rest = new ArrayDeque<>(List.of(args));
        List<String> what = new ArrayList<>(), networks = List.of(), tiers = List.of(), lanes = List.of();
        List<Integer> threads = List.of(1, 2);
        int turn = TURN, runs = 0, processes = 0;
        boolean calibrated = false, quick = false, fresh = false, rebuild = false, child = false;
        Path folder = null, home = null, handLandmark = null;
        while (!rest.isEmpty()) {
            String word = rest.remove();
            switch (word) {
                case "all" -> what.addAll(WHAT);
                case "--networks" -> networks = list(word, rest);
                case "--threads" -> threads = list(word, rest).stream().map(n -> number(word, n)).toList();
                case "--turn" -> turn = number(word, value(word, rest));
                case "--runs" -> runs = number(word, value(word, rest));
                case "--processes" -> processes = number(word, value(word, rest));
                case "--tier" -> tiers = list(word, rest);
                case "--lanes" -> lanes = list(word, rest);
                case "--hand-landmark" -> handLandmark = Path.of(value(word, rest));
                case "--calibrated" -> calibrated = true;
                case "--quick" -> quick = true;
                case "--fresh" -> fresh = true;
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
        return new Arguments(what.isEmpty() ? List.of("ratios") : what.stream().distinct().toList(), threads, networks, turn, runs > 0 ? runs : quick ? QUICK_RUNS : RUNS,
                processes, tiers, lanes, calibrated, quick, fresh, rebuild, folder, home, handLandmark, child);
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

    /** Fresh processes for each row of a kind. */
    int processes(String kind) { return processes > 0 ? processes : quick ? 1 : kind.equals("cold") ? COLD_PROCESSES : PROCESSES; }

    Turns turns() { return Turns.of(turn); }

    /** The arguments of the process that measures one row. */
    List<String> childArguments(Row row) {
        List<String> list = new ArrayList<>(List.of(row.kind(), "--child", "--turn", String.valueOf(turn), "--runs", String.valueOf(runs)));
        if (processes > 0) list.addAll(List.of("--processes", String.valueOf(processes)));
        if (row.threads() > 0) list.addAll(List.of("--threads", String.valueOf(row.threads())));
        if (row.network() != null) list.addAll(List.of("--networks", row.network().id()));
        if (calibrated) list.add("--calibrated");
        if (quick) list.add("--quick");
        if (home != null) list.addAll(List.of("--home", home.toString()));
        if (handLandmark != null) list.addAll(List.of("--hand-landmark", handLandmark.toString()));
        return list;
    }

    /** What a person types to repeat a row: all that is not as it is by default. A file is named without its folder. */
    String command(Row row, @Nullable String javaOptions) {
        StringJoiner words = new StringJoiner(" ");
        if (javaOptions != null && !javaOptions.isBlank()) words.add("LACEWING_JAVA_OPTS='" + javaOptions.strip() + "'");
        words.add("bench/compare").add(row.kind());
        if (row.network() != null) words.add("--networks " + row.network().id());
        if (row.threads() > 0) words.add("--threads " + row.threads());
        boolean timed = !row.kind().equals("cold"), turns = row.kind().equals("ratios") || row.kind().equals("scaling");
        if (turns && turn != TURN) words.add("--turn " + turn);
        if (timed && runs != (quick ? QUICK_RUNS : RUNS)) words.add("--runs " + runs);
        if ((turns || !timed) && processes > 0) words.add("--processes " + processes);
        if (!row.tier().isEmpty()) words.add("--tier " + row.tier());
        if (!row.lanes().isEmpty()) words.add("--lanes " + row.lanes());
        if (calibrated) words.add("--calibrated");
        if (quick) words.add("--quick");
        if (handLandmark != null && row.network() != null && row.network().zoo() == null) words.add("--hand-landmark " + handLandmark.getFileName());
        return words.toString();
    }

    /**
     * What one process measures.
     *
     * @param network null where the kind is not about one
     * @param threads 0 where the kind says how many
     * @param tier forced; empty for what the machine gets, as {@code lanes}
     */
    record Row(String kind, @Nullable Network network, int threads, String tier, String lanes) {}
}

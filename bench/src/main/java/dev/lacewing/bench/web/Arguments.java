package dev.lacewing.bench.web;

import dev.lacewing.error.LacewingException.Invalid;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param networks words of which one stands in a network's id; empty for all
 * @param where of {@link #PLACES}
 * @param runs timed runs of each engine in a process
 * @param home the clone
 * @param folder of the page and its files; null to write none
 */
record Arguments(List<String> networks, List<String> where, List<Integer> threads, int turn, int runs, int processes, boolean quick, boolean fresh, boolean rebuild, @Nullable Path home,
        @Nullable Path folder, @Nullable Path handLandmark) {
    static final List<String> PLACES = List.of("chromium", "node");

    static final List<Integer> THREADS = List.of(1, 2);

    private static final int TURN = 10, RUNS = 60, PROCESSES = 3;

    static final String USAGE = """
            Usage: bench/web [OPTIONS]

            Measures exported networks beside onnxruntime-web 1.30 (from npm), which runs the same weights, and writes docs/performance-web.md, .json and .svg. Each row is measured
            in fresh processes, the two engines in turns in the same page, after their outputs have been compared. Chromium, Node and npm must be installed.

              --networks LIST      those whose name contains one of these words, e.g. mobilenet_v1-90,hand
              --where LIST         chromium, node (default: both)
              --threads LIST       1, 2 (default: both)
              --turn N             timed runs in a turn, which begins with 100 ms that do not count (default: 10)
              --runs N             timed runs of each engine in a process (default: 60)
              --processes N        fresh processes for each row, an odd number (default: 3)
              --hand-landmark FILE the published network (.onnx or .onnx.gz; default: in the folder that LACEWING_DATA names)
              --quick              small networks and few runs, to see that everything works; writes nothing without -o
              --fresh              drop all earlier measurements
              --rebuild            measure nothing, write page and plot anew from the JSON file
              -o DIR               where to write (default: docs)
            """;

    /** @throws Invalid on a mistake */
    static Arguments parse(String... args) {
        Deque<String> rest = new ArrayDeque<>(List.of(args));
        List<String> networks = List.of(), where = PLACES;
        List<Integer> threads = THREADS;
        int turn = 0, runs = 0, processes = 0;
        boolean quick = false, fresh = false, rebuild = false;
        Path home = null, folder = null, handLandmark = null;
        while (!rest.isEmpty()) {
            String word = rest.remove();
            switch (word) {
                case "--networks" -> networks = list(word, rest);
                case "--where" -> where = list(word, rest);
                case "--threads" -> threads = list(word, rest).stream().map(n -> number(word, n)).toList();
                case "--turn" -> turn = number(word, value(word, rest));
                case "--runs" -> runs = number(word, value(word, rest));
                case "--processes" -> processes = number(word, value(word, rest));
                case "--hand-landmark" -> handLandmark = Path.of(value(word, rest));
                case "--quick" -> quick = true;
                case "--fresh" -> fresh = true;
                case "--rebuild" -> rebuild = true;
                case "--home" -> home = Path.of(value(word, rest));
                case "-o" -> folder = Path.of(value(word, rest));
                default -> throw new Invalid("there is no option '" + word + "'; --help lists them");
            }
        }
        for (String place : where) if (!PLACES.contains(place)) throw new Invalid("--where: expected " + String.join(" or ", PLACES) + ", got '" + place + "'");
        for (int count : threads) if (!THREADS.contains(count)) throw new Invalid("--threads: expected 1 or 2, got " + count);
        if (processes > 0 && processes % 2 == 0) throw new Invalid("--processes: expected an odd number, so that one process is in the middle, got " + processes);
        if (Target.matching(networks).isEmpty()) throw new Invalid("no network's name contains one of " + networks + "; there are " + Target.ALL.stream().map(Target::id).toList());
        if (folder == null && home != null && !quick) folder = home.resolve("docs");
        return new Arguments(networks, where, threads, turn > 0 ? turn : quick ? 2 : TURN, runs > 0 ? runs : quick ? 4 : RUNS, processes > 0 ? processes : quick ? 1 : PROCESSES, quick, fresh, rebuild,
                home, folder, handLandmark);
    }

    private static String value(String option, Deque<String> rest) {
        if (rest.isEmpty()) throw new Invalid(option + " needs a value");
        return rest.remove();
    }

    private static List<String> list(String option, Deque<String> rest) {
        List<String> words = Arrays.stream(value(option, rest).split(",")).filter(w -> !w.isBlank()).toList();
        if (words.isEmpty()) throw new Invalid(option + " needs a value");
        return words;
    }

    private static int number(String option, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) return number;
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Invalid(option + " needs a whole number of at least 1, got '" + text + "'");
    }

    /** What a person types to repeat a row. A file is named without its folder. */
    String command(Target target, String place, int count) {
        StringJoiner words = new StringJoiner(" ").add("bench/web --networks " + target.id() + " --where " + place + " --threads " + count);
        if (!quick && turn != TURN) words.add("--turn " + turn);
        if (!quick && runs != RUNS) words.add("--runs " + runs);
        if (!quick && processes != PROCESSES) words.add("--processes " + processes);
        if (quick) words.add("--quick");
        if (handLandmark != null && target.network().zoo() == null) words.add("--hand-landmark " + handLandmark.getFileName());
        return words.toString();
    }
}

package dev.lacewing.cli;

import dev.lacewing.Options;
import picocli.CommandLine.Option;

/** How many threads share one run. */
final class ThreadsOption {
    @Option(names = {"-t", "--threads"}, paramLabel = "N", defaultValue = "1", order = 50,
            description = "Threads that share one run (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    /** Checked by {@link Options}. */
    int count(Subcommand command) {
        command.check(threads >= 1 && threads <= 256, "--threads must be 1 to 256, got " + threads);
        return threads;
    }

    Options options(Subcommand command) { return Options.defaults().withThreads(count(command)); }
}

package dev.lacewing.cli;

import dev.lacewing.bench.report.Json;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all subcommands share: the options that concern the command itself, and the way out. */
abstract class Subcommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", order = 90, description = "Print one JSON object on stdout instead of a table.")
    private boolean json;

    @Option(names = "--debug", order = 91, description = "Show the stack trace when something fails (also: set LACEWING_DEBUG).")
    @SuppressWarnings("unused")   // read by picocli
    private boolean debug;

    @Option(names = {"-h", "--help"}, order = 92, usageHelp = true, description = "Show this help.")
    @SuppressWarnings("unused")   // read by picocli
    private boolean help;

    /** @return exit code */
    @Override
    public abstract Integer call();

    final Terminal terminal() { return ((Main) spec.root().userObject()).terminal(); }

    final void note(String line) { terminal().note(line); }

    /** Prints the result in the form that was asked for. */
    final void print(Json object, String text) {
        if (json) terminal().out().println(object);
        else terminal().out().print(text.endsWith("\n") ? text : text + "\n");
        terminal().out().flush();
    }

    /** A mistake in the arguments: exit code 2. */
    final ParameterException usage(@Nullable String message) { return new ParameterException(spec.commandLine(), String.valueOf(message)); }

    final void check(boolean holds, String message) { if (!holds) throw usage(message); }
}

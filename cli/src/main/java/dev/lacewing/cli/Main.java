package dev.lacewing.cli;

import dev.lacewing.error.LacewingException;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code lacewing} command. */
@Command(name = "lacewing", versionProvider = Version.class, synopsisSubcommandLabel = "COMMAND",
        description = "Makes convolutional networks sparse, and runs sparse ones fast on the CPU.",
        commandListHeading = "%nCommands:%n", optionListHeading = "%nOptions:%n",
        subcommands = {DemoCommand.class, ZooCommand.class, PruneCommand.class, ExplainCommand.class, BenchCommand.class, RunCommand.class,
                EvalCommand.class, VerifyCommand.class, DoctorCommand.class},
        footer = {"%nStart here:",
                "  lacewing demo                                   see what sparsity buys on this machine",
                "  lacewing zoo mobilenet_v1 -o net.onnx           a network to play with",
                "  lacewing prune net.onnx --pattern 1x4 --sparsity 0.9 -o net.lace",
                "  lacewing bench net.lace --against onnxruntime",
                "%nExit codes: 0 ok, 1 failed, 2 wrong usage, 3 a check failed, 4 unsupported model.",
                "lacewing COMMAND --help explains a command."})
public final class Main implements Callable<Integer> {
    private static final String TRACE = "LACEWING_DEBUG";

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
    @SuppressWarnings("unused")   // read by picocli
    private boolean version;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    @SuppressWarnings("unused")   // read by picocli
    private boolean help;

    private Main(Terminal terminal) { this.terminal = terminal; }

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        String told = System.getProperty("lacewing.terminal");   // by the launcher, which can ask for stderr
        boolean person = told != null ? told.equals("true") : isTerminal();
        PrintWriter out = new PrintWriter(System.out, true, charset("stdout.encoding")), err = new PrintWriter(System.err, true, charset("stderr.encoding"));
        int code = run(args, new Terminal(out, err, person), Ansi.AUTO);
        out.flush();
        err.flush();
        System.exit(code);
    }

    @SuppressWarnings("SystemConsoleNull")   // null remains possible where no console provider works
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /**
     * Runs a command as a function, without a terminal: no progress bar, no colour.
     *
     * @return exit code
     */
    public static int run(String[] args, PrintWriter out, PrintWriter err) { return run(args, new Terminal(out, err, false), Ansi.OFF); }

    private static int run(String[] args, Terminal terminal, Ansi ansi) {
        try {
            return commandLine(terminal, ansi).execute(args);
        } catch (Throwable e) {   // an Error: too little memory, a missing class
            return failure(e, List.of(args).contains("--debug") || System.getenv(TRACE) != null, terminal);
        }
    }

    private static CommandLine commandLine(Terminal terminal, Ansi ansi) {
        CommandLine command = new CommandLine(new Main(terminal))
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler((e, args) -> usageError(e, terminal))
                .setExecutionExceptionHandler((e, failed, parsed) -> failure(e, wantsTrace(parsed), terminal));
        command.getSubcommands().values().forEach(c -> c.getCommandSpec().usageMessage().sortOptions(false).headerHeading("").synopsisHeading("%nUsage: ").descriptionHeading("%n"));
        return command;
    }

    Terminal terminal() { return terminal; }

    @Override
    public Integer call() {
        spec.commandLine().usage(terminal.out());
        return ExitCode.OK;
    }

    private static int usageError(ParameterException e, Terminal terminal) {
        CommandLine command = e.getCommandLine();
        boolean noCommand = e instanceof UnmatchedArgumentException && command.getParent() == null;
        terminal.note("lacewing: " + (e instanceof UnmatchedArgumentException u ? unknown(u, noCommand) : String.valueOf(e.getMessage()).replaceFirst("^Error: ", "")));
        UnmatchedArgumentException.printSuggestions(e, terminal.err());
        terminal.note("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static String unknown(UnmatchedArgumentException e, boolean noCommand) {
        String first = e.getUnmatched().getFirst();
        return first.startsWith("-") ? "there is no option " + first : noCommand ? "there is no command " + first : "one argument too many: " + first;
    }

    private static boolean wantsTrace(ParseResult parsed) {
        return System.getenv(TRACE) != null || parsed.asCommandLineList().stream().anyMatch(c -> c.getParseResult().hasMatchedOption("--debug"));
    }

    /** One message for one failure; a stack trace only where it was asked for. */
    static int failure(Throwable e, boolean trace, Terminal terminal) {
        if (trace) e.printStackTrace(terminal.err());
        switch (e) {
            case LacewingException known -> terminal.note("lacewing: " + known.getMessage());
            case OutOfMemoryError memory -> terminal.note("lacewing: not enough memory (" + memory.getMessage() + "): give the JVM more with "
                    + "LACEWING_JAVA_OPTS=-Xmx4g, or use a smaller batch or resolution");
            default -> terminal.note("lacewing: unexpected " + e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage())
                    + "; this is a defect of Lacewing. --debug shows where it happened");
        }
        return e instanceof LacewingException.Unsupported ? ExitCode.UNSUPPORTED : ExitCode.FAILED;
    }

    private static Charset charset(String property) {
        String name = System.getProperty(property);
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}

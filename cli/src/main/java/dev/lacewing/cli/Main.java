package dev.lacewing.cli;

import dev.lacewing.error.LacewingException;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        footer = {"%nStart here:",
                "  lacewing demo                                   see what sparsity buys on this machine",
                "  lacewing zoo mobilenet_v1 -o net.onnx           a network to play with",
                "  lacewing prune net.onnx --pattern 1x4 --sparsity 0.9 -o net.lace",
                "  lacewing bench net.lace --against onnxruntime",
                "%nExit codes: 0 ok, 1 failed, 2 wrong usage, 3 a check failed, 4 unsupported model.",
                "lacewing COMMAND --help explains a command."})
public final class Main implements Callable<Integer> {
    private static final String TRACE = "LACEWING_DEBUG";

    private static final Pattern CHOICE = Pattern.compile("expected one of \\[(.*)] \\(case-insensitive\\) but was '(.*)'$");

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
        err.flush();
        System.exit(delivered(out, err) || code != ExitCode.OK ? code : ExitCode.FAILED);
    }

    /** False, and a message, if the results got lost. A reader that has seen enough ({@code | head}) loses nothing. */
    private static boolean delivered(PrintWriter out, PrintWriter err) {
        if (!out.checkError()) return true;
        try (OutputStream again = new FileOutputStream(FileDescriptor.out)) {   // the writer does not tell what went wrong
            again.write('\n');
            err.println("lacewing: the output is incomplete: writing to stdout failed");
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.contains("Broken pipe")) return true;
            err.println("lacewing: the output cannot be written to stdout: " + why);
        }
        err.flush();
        return false;
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
            CommandLine command = commandLine(args, terminal, ansi);
            return command.execute(withoutHelpCommand(args, command));
        } catch (Throwable e) {   // an Error: too little memory, a missing class
            return failure(e, List.of(args).contains("--debug") || System.getenv(TRACE) != null, terminal);
        }
    }

    /** {@code help} and {@code help bench}, as other tools have them, are {@code --help} and {@code bench --help}. */
    private static String[] withoutHelpCommand(String[] args, CommandLine command) {
        if (args.length == 0 || args.length > 2 || !args[0].equals("help")) return args;
        if (args.length == 1) return new String[] {"--help"};
        return command.getSubcommands().containsKey(args[1]) ? new String[] {args[1], "--help"} : new String[] {args[1]};
    }

    /** In the order of the help. */
    private static final Map<String, Supplier<Subcommand>> COMMANDS = commands();

    private static Map<String, Supplier<Subcommand>> commands() {
        Map<String, Supplier<Subcommand>> all = new LinkedHashMap<>();
        all.put("demo", DemoCommand::new);
        all.put("zoo", ZooCommand::new);
        all.put("data", DataCommand::new);
        all.put("prune", PruneCommand::new);
        all.put("train", TrainCommand::new);
        all.put("experiment", ExperimentCommand::new);
        all.put("explain", ExplainCommand::new);
        all.put("bench", BenchCommand::new);
        all.put("export", ExportCommand::new);
        all.put("run", RunCommand::new);
        all.put("eval", EvalCommand::new);
        all.put("verify", VerifyCommand::new);
        all.put("tune", TuneCommand::new);
        all.put("calibrate", CalibrateCommand::new);
        all.put("serve-web", ServeWebCommand::new);
        all.put("doctor", DoctorCommand::new);
        return all;
    }

    /** Knows all commands, or only the one that {@code args} start with: looking at the options of all takes longer than many a command. */
    private static CommandLine commandLine(String[] args, Terminal terminal, Ansi ansi) {
        CommandLine command = new CommandLine(new Main(terminal));
        Supplier<Subcommand> one = args.length > 0 ? COMMANDS.get(args[0]) : null;
        if (one != null) command.addSubcommand(args[0], one.get());
        else COMMANDS.forEach((name, each) -> command.addSubcommand(name, each.get()));
        command
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler((e, wrong) -> usageError(e, terminal))
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
        terminal.note("lacewing: " + (e instanceof UnmatchedArgumentException u ? unknown(u, noCommand) : plain(String.valueOf(e.getMessage()))));
        UnmatchedArgumentException.printSuggestions(e, terminal.err());
        terminal.note("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** The parser's message without Java's type names. */
    private static String plain(String message) {
        String plain = message.replaceFirst("^Error: ", "").replaceFirst("option option", "option").replaceFirst("is not an? (int|long)$", "is not a whole number, or too large")
                .replaceFirst("is not a double$", "is not a number");
        Matcher choice = CHOICE.matcher(plain);
        return choice.find() ? plain.substring(0, choice.start()) + "expected " + choice.group(1).toLowerCase(Locale.ROOT) + ", got " + choice.group(2) : plain;
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

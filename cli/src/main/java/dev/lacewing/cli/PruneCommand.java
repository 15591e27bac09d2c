package dev.lacewing.cli;
import picocli.CommandLine.Command;
@Command(name="prune") final class PruneCommand extends Subcommand { @Override public Integer call() { return 1; } }

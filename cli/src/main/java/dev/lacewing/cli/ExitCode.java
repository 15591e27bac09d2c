package dev.lacewing.cli;

/** What the process returns. */
final class ExitCode {
    static final int OK = 0, FAILED = 1, USAGE = 2, CHECK_FAILED = 3, UNSUPPORTED = 4;

    private ExitCode() {}
}

package dev.lacewing.cli;

import java.io.PrintWriter;

/**
 * Where a command writes.
 *
 * @param out results, nothing else
 * @param err notes, progress and errors
 * @param interactive a person watches {@code err}: progress bars are drawn
 */
record Terminal(PrintWriter out, PrintWriter err, boolean interactive) {
    void note(String line) {
        err.println(line);
        err.flush();
    }
}

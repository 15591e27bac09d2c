package dev.lacewing.cli;

import java.util.Locale;

/** A bar on stderr for work that takes a while; silent unless a person watches. Not for use from several threads. */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final long INTERVAL_NANOS = 100_000_000;

    private final Terminal terminal;
    private final String what;
    private final int total;
    private final long start = System.nanoTime();
    private int done;
    private long drawn = start - INTERVAL_NANOS;

    Progress(Terminal terminal, String what, int total) {
        this.terminal = terminal;
        this.what = what;
        this.total = total;
        draw();
    }

    void step() { at(done + 1); }

    void at(int done) {
        this.done = done;
        draw();
    }

    private void draw() {
        long now = System.nanoTime();
        if (!terminal.interactive() || now - drawn < INTERVAL_NANOS && done < total) return;
        drawn = now;
        int filled = (int) ((long) WIDTH * done / Math.max(1, total));
        double seconds = (now - start) * 1e-9;
        String left = done == 0 ? "" : String.format(Locale.ROOT, ", %.0f s left", seconds / done * (total - done));
        terminal.err().print("\r" + what + " [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + "/" + total + left + "   ");
        terminal.err().flush();
    }

    /** Wipes the bar. */
    @Override
    public void close() {
        if (!terminal.interactive()) return;
        terminal.err().print("\r" + " ".repeat(what.length() + WIDTH + 40) + "\r");
        terminal.err().flush();
    }
}

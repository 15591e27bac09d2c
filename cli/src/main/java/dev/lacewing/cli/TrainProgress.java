package dev.lacewing.cli;

import dev.lacewing.train.Epoch;
import java.util.Locale;

/** A line on stderr for each epoch and, if a person watches, a bar below it. */
final class TrainProgress implements dev.lacewing.train.Progress, AutoCloseable {
    private static final int WIDTH = 20;
    private static final long INTERVAL_NANOS = 200_000_000, MINUTE = 60, HOUR = 3600;

    private final Terminal terminal;
    private final int epochs;
    private final long start = System.nanoTime();
    private long drawn = start, first = -1;
    private int length;

    TrainProgress(Terminal terminal, int epochs) {
        this.terminal = terminal;
        this.epochs = epochs;
    }

    @Override
    public void step(long step, long steps, double loss, double accuracy, double density) {
        if (first < 0) first = step - 1;   // a resumed run has steps behind it
        long now = System.nanoTime();
        if (!terminal.interactive() || now - drawn < INTERVAL_NANOS) return;
        drawn = now;
        int filled = (int) (WIDTH * step / steps);
        double left = (now - start) / 1e9 / (step - first) * (steps - step);
        draw(String.format(Locale.ROOT, "[%s%s] epoch %d/%d, loss %.3f, accuracy %.1f %%, density %.1f %%, %s left", "#".repeat(filled), ".".repeat(WIDTH - filled),
                Math.min(epochs, 1 + (step - 1) * epochs / steps), epochs, loss, 100 * accuracy, 100 * density, time(left)));
    }

    @Override
    public void epoch(Epoch e) {
        wipe();
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "epoch %d/%d%s", e.number(), epochs, loss(e).replaceFirst(",", ":")));
        if (!Double.isNaN(e.accuracy())) line.append(String.format(Locale.ROOT, ", accuracy %.2f %%", 100 * e.accuracy()));
        if (!Double.isNaN(e.testAccuracy())) line.append(String.format(Locale.ROOT, ", test %.4f, %.2f %%", e.testLoss(), 100 * e.testAccuracy()));
        line.append(String.format(Locale.ROOT, ", density %.1f %%, %s", 100 * e.density(), time(e.seconds())));
        e.figures().forEach((name, value) -> line.append(String.format(Locale.ROOT, ", %s %.4g", name, value)));
        terminal.note(line.toString());
    }

    @Override
    public void note(String text) { terminal.note(text); }

    /** With a comma before it; empty of a run without epochs. */
    static String loss(Epoch e) { return Double.isNaN(e.loss()) ? "" : String.format(Locale.ROOT, ", loss %.4f", e.loss()); }

    /** For a person: {@code 42 s}, {@code 3 min 5 s}, {@code 2 h 10 min}. */
    static String time(double seconds) {
        long s = Math.round(seconds);
        if (s < MINUTE) return s + " s";
        return s < HOUR ? s / MINUTE + " min " + s % MINUTE + " s" : s / HOUR + " h " + s % HOUR / MINUTE + " min";
    }

    private void draw(String line) {
        terminal.err().print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
        terminal.err().flush();
        length = line.length();
    }

    private void wipe() {
        if (length == 0) return;
        draw("");
        terminal.err().print("\r");
        length = 0;
    }

    @Override
    public void close() { wipe(); }
}

package dev.lacewing.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that nothing comes from any more, so that who reads it does not wait for ever. */
final class Watch implements AutoCloseable {
    private final InputStream in;
    private final long patience;
    private final Thread thread;
    private volatile long last = System.nanoTime();
    private volatile boolean closed;

    Watch(InputStream in, Duration patience) {
        this.in = in;
        this.patience = patience.toNanos();
        thread = Thread.ofVirtual().start(this::watch);
    }

    /** Something came. */
    void moved() { last = System.nanoTime(); }

    /** Whether patience has come to its end. */
    boolean hasClosed() { return closed; }

    private void watch() {
        try {
            for (long left = patience; left > 0; left = patience - (System.nanoTime() - last)) Thread.sleep(Duration.ofNanos(left));
            closed = true;
            in.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.getLogger(Watch.class.getName()).log(System.Logger.Level.DEBUG, "closing what has stalled", e);
        }
    }

    @Override
    public void close() { thread.interrupt(); }
}

package dev.lacewing.train;

import dev.lacewing.error.LacewingException.Failed;

/** The loss has stopped being a number: the same recipe will fail in the same way again. */
public final class Diverged extends Failed {
    private static final long serialVersionUID = 1L;

    Diverged(String message) { super(message); }
}

package dev.lacewing.error;

/**
 * What went wrong, for a person: each message says what was expected, what was found and what to do. The four kinds are the four phases
 * in which a thing can fail.
 */
public abstract sealed class LacewingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private LacewingException(String message, Throwable cause) { super(message, cause); }

    private LacewingException(String message) { super(message); }

    /** Bytes from outside do not follow their format: truncated, corrupt, inconsistent. */
    public static final class Malformed extends LacewingException {
        private static final long serialVersionUID = 1L;

        public Malformed(String message) { super(message); }

        public Malformed(String message, Throwable cause) { super(message, cause); }
    }

    /** The input is valid but asks for something that Lacewing does not do. */
    public static final class Unsupported extends LacewingException {
        private static final long serialVersionUID = 1L;

        public Unsupported(String message) { super(message); }
    }

    /** An argument or a graph breaks a rule: wrong shape, cyclic, unknown name, NaN weight. */
    public static final class Invalid extends LacewingException {
        private static final long serialVersionUID = 1L;

        public Invalid(String message) { super(message); }
    }

    /**
     * The machine or the file system would not do what was asked: missing file, unwritable target, closed session. Open for
     * other modules to refine, where a caller must tell one failure from others.
     */
    public static non-sealed class Failed extends LacewingException {
        private static final long serialVersionUID = 1L;

        public Failed(String message) { super(message); }

        public Failed(String message, Throwable cause) { super(message, cause); }
    }
}

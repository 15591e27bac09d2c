package dev.lacewing.emit;

import org.opentest4j.TestAbortedException;

/** What to do where a tool that a test runs is not installed. */
public final class Missing {
    private Missing() {}

    /**
     * What the test throws to be left out, and to say so.
     *
     * @param property system property that demands the tool
     * @throws AssertionError instead, if it does
     */
    public static TestAbortedException tool(String property, String message) {
        if (Boolean.getBoolean(property)) throw new AssertionError(message + ", or leave out -D" + property);
        return new TestAbortedException(message);
    }
}

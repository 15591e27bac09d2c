package dev.lacewing.suite;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Failed;

/** The build runs some tests once for each tier. */
final class ProcessTier {
    private ProcessTier() {}

    /** Skips the tests if this machine does not have the machine code that this process is asked to use. Every other tier must be there. */
    static void assumePresent() {
        try {
            Tier.current();
        } catch (Failed e) {
            if (!"x64".equals(System.getProperty(Tier.TIER))) throw e;
            abort(e.getMessage());
        }
    }
}

package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Invalid;

/** What a kernel does to each result before it stores it. */
public sealed interface Epilogue {
    Epilogue NONE = new None(), RELU = new Clamp(Float.POSITIVE_INFINITY), RELU6 = new Clamp(6);

    record None() implements Epilogue {}

    /** min(max(y, 0), hi); hi is positive, infinity for ReLU. */
    record Clamp(float hi) implements Epilogue {
        public Clamp {
            if (!(hi > 0)) throw new Invalid("a fused clamp needs a positive upper limit, got " + hi + ": use Elementwise");
        }
    }
}

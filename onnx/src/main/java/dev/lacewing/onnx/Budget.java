package dev.lacewing.onnx;

import dev.lacewing.error.LacewingException.Malformed;

/**
 * Elements that constants of one model may occupy beyond what stands literally in its bytes. A few bytes can ask for a huge tensor (sparse
 * initializer, ConstantOfShape, Range, broadcast); this bounds the sum in proportion to the file.
 */
final class Budget {
    /** Elements free to any model. */
    static final long FREE = 1L << 22;

    /** Elements for each byte of the file. */
    static final long PER_BYTE = 64;

    private long left;

    Budget(long fileBytes) { left = FREE + PER_BYTE * fileBytes; }

    /** @throws Malformed if the model has asked for more than its size justifies */
    int claim(long elements, String who) {
        if (elements > Integer.MAX_VALUE || elements > left)
            throw new Malformed(who + " expands to " + elements + " elements, out of proportion to the size of the file");
        left -= elements;
        return (int) elements;
    }
}

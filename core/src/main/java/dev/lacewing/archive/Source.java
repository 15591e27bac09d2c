package dev.lacewing.archive;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A run of little-endian bytes, read from its start to its end. Nothing is allocated for bytes that are not there; zeros that a file leaves out are {@link TensorTable}'s to limit. */
final class Source {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private final String what;
    private long at;

    /** @param what the file and the part of it, for messages */
    Source(MemorySegment bytes, String what) {
        this.bytes = bytes;
        this.what = what;
    }

    String what() { return what; }

    Malformed malformed(String problem) { return new Malformed(what + " is corrupt: " + problem + ". Write the file again"); }

    long remaining() { return bytes.byteSize() - at; }

    /** The next {@code length} bytes. */
    MemorySegment take(long length) {
        if (length < 0 || length > remaining()) throw malformed("at byte " + at + " it needs " + length + " more bytes and has " + remaining());
        at += length;
        return bytes.asSlice(at - length, length);
    }

    /** Through a buffer: the first use of a segment's accessors takes milliseconds. */
    private ByteBuffer number(int length) { return take(length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN); }

    /** A part of this source, {@code length} bytes long. */
    Source part(long length, String name) { return new Source(take(length), what + " (" + name + ")"); }

    void end() {
        if (remaining() != 0) throw malformed(remaining() + " bytes are left over");
    }

    int u8() { return number(1).get() & 0xff; }

    int i32() { return number(4).getInt(); }

    /** An unsigned number below 2^31. */
    int count(String name) {
        int n = i32();
        if (n < 0) throw malformed("the number of " + name + " is " + Integer.toUnsignedString(n));
        return n;
    }

    /** A number from 0 to {@code limit} - 1. */
    int index(int limit, String name) {
        int n = i32();
        if (n < 0 || n >= limit) throw malformed("there is no " + name + " " + Integer.toUnsignedString(n) + ", only " + limit);
        return n;
    }

    long i64() { return number(8).getLong(); }

    boolean bool() {
        int n = u8();
        if (n > 1) throw malformed("a yes-or-no has the value " + n);
        return n == 1;
    }

    /** Any number but NaN. */
    float f32() {
        float f = number(4).getFloat();
        if (Float.isNaN(f)) throw new Invalid(what + " has an operator with a parameter that is NaN: export the model again");
        return f;
    }

    String string() {
        MemorySegment text = take(count("bytes of a name"));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text.asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new Malformed(what + " is corrupt: a name is no UTF-8. Write the file again", e);
        }
    }

    List<Integer> ints() {
        int n = count("numbers");
        if (n > remaining() / 4) throw malformed("a list of " + n + " numbers does not fit");
        List<Integer> list = new ArrayList<>(n);
        for (int i = 0; i < n; i++) list.add(i32());
        return list;
    }
}

package dev.lacewing.archive;

import dev.lacewing.error.LacewingException.Invalid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Collects little-endian bytes: the counterpart of {@link Source}. */
final class Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] toByteArray() { return bytes.toByteArray(); }

    Sink u8(int value) {
        bytes.write(value);
        return this;
    }

    Sink i32(int value) { return u8(value).u8(value >> 8).u8(value >> 16).u8(value >> 24); }

    Sink i64(long value) { return i32((int) value).i32((int) (value >> 32)); }

    Sink bool(boolean value) { return u8(value ? 1 : 0); }

    Sink f32(float value) {
        if (Float.isNaN(value)) throw new Invalid("the network has an operator with a parameter that is NaN");
        return i32(Float.floatToRawIntBits(value));
    }

    Sink raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    Sink string(String text) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] encoded = new byte[utf8.remaining()];
            utf8.get(encoded);
            return i32(encoded.length).raw(encoded);
        } catch (CharacterCodingException e) {
            throw new Invalid("the name " + text + " holds half a character (an unpaired surrogate)");
        }
    }

    Sink ints(List<Integer> list) {
        i32(list.size());
        list.forEach(this::i32);
        return this;
    }
}

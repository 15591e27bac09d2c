package dev.lacewing.archive;

import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.file.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/** The outside of a file: magic number, version, length, four sections, checksum. */
final class Frame {
    /** Not text, and damaged by whatever converts line ends or drops the eighth bit. */
    private static final byte[] MAGIC = {(byte) 0x89, 'L', 'A', 'C', 'E', '\r', '\n', 0x1a};
    static final int VERSION = 2, HEAD = MAGIC.length + 4 + 8;
    private static final List<String> SECTIONS = List.of("META", "TENS", "GRPH", "DECI");
    private static final int SECTION_HEAD = 4 + 8, CHECKSUM = 4, STEP = 1 << 30;

    private Frame() {}

    /** One section's bytes, as many as said. */
    record Content(long bytes, WholeFile.Content writer) {
        static Content of(byte[] bytes) { return new Content(bytes.length, out -> out.write(bytes)); }
    }

    static void write(OutputStream out, List<Content> contents) throws IOException {
        CRC32C crc = new CRC32C();
        CheckedOutputStream checked = new CheckedOutputStream(out, crc);
        long length = HEAD + CHECKSUM + contents.stream().mapToLong(c -> SECTION_HEAD + c.bytes).sum();
        checked.write(new Sink().raw(MAGIC).i32(VERSION).i64(length).toByteArray());
        for (int i = 0; i < contents.size(); i++) {
            checked.write(new Sink().raw(name(i)).i64(contents.get(i).bytes).toByteArray());
            contents.get(i).writer.writeTo(checked);
        }
        out.write(new Sink().i32((int) crc.getValue()).toByteArray());
    }

    /**
     * @param head the first {@link #HEAD} bytes, or all if there are fewer
     * @param size of the file
     */
    static void check(MemorySegment head, long size, String file) {
        if (head.byteSize() < HEAD || head.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0)
            throw new Malformed(file + " is no .lace file, or is truncated: expected a file that 'lacewing prune -o' or Model.save wrote");
        int version = head.get(Source.INT, MAGIC.length);
        if (version != VERSION)
            throw new Unsupported(file + " has version " + Integer.toUnsignedString(version) + " of the format, this Lacewing reads version " + VERSION
                    + ": use the Lacewing that wrote it, or compile the original model again");
        long length = head.get(Source.LONG, MAGIC.length + 4);
        if (length != size) throw new Malformed(file + " should have " + length + " bytes and has " + size + (size < length ? ": it is truncated, copy it again" : ": something was added, copy it again"));
    }

    /** The sections, in their order, once length and checksum are right. */
    static List<Source> read(MemorySegment bytes, String file) {
        check(bytes.asSlice(0, Math.min(HEAD, bytes.byteSize())), bytes.byteSize(), file);
        long end = bytes.byteSize() - CHECKSUM;
        if (end < HEAD) throw new Malformed(file + " is too short to be a .lace file");
        if ((int) crc(bytes.asSlice(0, end)) != bytes.get(Source.INT, end)) throw new Malformed(file + " is corrupt: its checksum is wrong. Copy or write it again");
        Source in = new Source(bytes.asSlice(HEAD, end - HEAD), file);
        List<Source> sections = new ArrayList<>();
        for (int i = 0; i < SECTIONS.size(); i++) {
            if (in.take(4).mismatch(MemorySegment.ofArray(name(i))) >= 0) throw in.malformed("there is no section " + SECTIONS.get(i) + " in its place");
            sections.add(in.part(in.i64(), SECTIONS.get(i)));
        }
        in.end();
        return sections;
    }

    private static byte[] name(int section) { return SECTIONS.get(section).getBytes(StandardCharsets.US_ASCII); }

    static long crc(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < bytes.byteSize(); at += STEP) crc.update(bytes.asSlice(at, Math.min(STEP, bytes.byteSize() - at)).asByteBuffer());
        return crc.getValue();
    }
}

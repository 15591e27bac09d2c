package dev.lacewing.image;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of bytes in the IDX format of MNIST: two zero bytes, a byte for the type (8: unsigned bytes, the one type that is read), the number of dimensions, their extents as
 * 32-bit numbers with the high byte first, the values row-major.
 *
 * @param dims each 0 or more
 */
public record Idx(List<Integer> dims, byte[] values) {
    private static final int UNSIGNED_BYTES = 8, MOST_DIMENSIONS = 4;

    /** Deflate makes of one byte at most this many. */
    private static final int LARGEST_EXPANSION = 1032;

    public Idx { dims = List.copyOf(dims); }

    /** @param file plain or compressed by gzip, whatever its name */
    public static Idx read(Path file) {
        if (!Files.isRegularFile(file)) throw new Failed(file + ": no such file");
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, Files.size(file), file.toString());
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * @param size of the stream in bytes, which bounds what its header can claim
     * @param name for messages
     * @throws Malformed if it is not in this format, too short or too long
     */
    public static Idx read(InputStream stream, long size, String name) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(stream, 1 << 16);
        buffered.mark(2);
        boolean compressed = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        try {
            return compressed ? parse(new GZIPInputStream(buffered, 1 << 16), Math.multiplyExact(size, LARGEST_EXPANSION), name) : parse(buffered, size, name);
        } catch (EOFException e) {
            throw new Malformed(name + " ends too early: expected an IDX file, complete", e);
        } catch (ZipException e) {
            throw new Malformed(name + " is not properly compressed (" + e.getMessage() + "): fetch it again", e);
        }
    }

    private static Idx parse(InputStream stream, long most, String name) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        int magic = in.readInt(), type = magic >> 8 & 0xff, rank = magic & 0xff;
        if (magic >>> 16 != 0 || rank < 1 || rank > MOST_DIMENSIONS)
            throw new Malformed(name + " starts with " + String.format("%08x", magic) + ": expected an IDX file, 0000 08 and 1 to " + MOST_DIMENSIONS + " dimensions");
        if (type != UNSIGNED_BYTES) throw new Malformed(name + " holds values of type " + type + ": expected 8, unsigned bytes");
        List<Integer> dims = new ArrayList<>();
        long count = 1;
        for (int i = 0; i < rank; i++) {
            int extent = in.readInt();
            if (extent < 0) throw new Malformed(name + " claims an extent of " + Integer.toUnsignedString(extent) + ": expected less than 2^31");
            dims.add(extent);
            if (extent > 0 && count > Integer.MAX_VALUE / extent) throw new Malformed(name + " claims the extents " + dims + " and more: that is too large to hold");
            count *= extent;
        }
        if (count > most) throw new Malformed(name + " claims " + dims + " values, more than a file of its size can hold: it is cut off or corrupt");
        byte[] values = in.readNBytes((int) count);   // takes memory as the values come, not as they are claimed
        if (values.length < count) throw new EOFException();
        if (in.read() >= 0) throw new Malformed(name + " goes on after its " + dims + " values: it is corrupt");
        return new Idx(dims, values);
    }
}

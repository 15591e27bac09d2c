package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files out of a tar archive (POSIX.1-1988), of which folders, links and extensions are passed over. */
final class Tar {
    private static final int BLOCK = 512;
    private static final long LARGEST = 1 << 30;

    private Tar() {}

    /**
     * @param wanted names without folders
     * @return their contents; those that the archive lacks are missing
     * @throws Malformed if a header's checksum is wrong or the archive ends within a file
     */
    static Map<String, byte[]> read(InputStream in, List<String> wanted, String name) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (byte[] header = in.readNBytes(BLOCK); header.length > 0; header = in.readNBytes(BLOCK)) {
            if (header.length < BLOCK) throw new Malformed(name + " ends within a header: it is cut off");
            if (isZero(header)) break;
            check(header, name);
            long size = octal(header, 124, 12, name);
            String path = text(header, 0, 100), file = path.substring(path.lastIndexOf('/') + 1);
            boolean regular = header[156] == '0' || header[156] == 0;
            if (regular && wanted.contains(file)) {
                if (size > LARGEST) throw new Malformed(name + " says that " + path + " has " + size + " bytes: expected " + LARGEST + " at most");
                byte[] content = in.readNBytes((int) size);
                if (content.length < size) throw new Malformed(name + " ends within " + path + ": it is cut off");
                files.put(file, content);
                in.skipNBytes(-size & BLOCK - 1);
            } else {
                in.skipNBytes(size + (-size & BLOCK - 1));
            }
        }
        return files;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) if (b != 0) return false;
        return true;
    }

    /** The sum of the header's bytes, its own field counted as blanks. */
    private static void check(byte[] header, String name) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        if (sum != octal(header, 148, 8, name)) throw new Malformed(name + " is no tar archive, or a damaged one: a header's checksum is wrong");
    }

    private static long octal(byte[] header, int from, int length, String name) {
        String digits = text(header, from, length).strip();
        if (!digits.matches("[0-7]{1,12}")) throw new Malformed(name + " is no tar archive: expected an octal number, got '" + digits + "'");
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) end++;
        return new String(header, from, end - from, StandardCharsets.ISO_8859_1);
    }
}

package dev.lacewing.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two facts of a JPEG's header (ITU-T T.81, annex B) that the JDK's reader does not tell for four-ink files. */
final class JpegHeader {
    private JpegHeader() {}

    /** Number of colour components, or 0 where no frame header is found. */
    static int components(Path file) throws IOException { return scan(file, false); }

    /** Colour transform in the Adobe marker, or -1 without one. */
    static int adobeTransform(Path file) throws IOException { return scan(file, true); }

    private static int scan(Path file, boolean adobe) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.readUnsignedShort();
            while (true) {
                int marker = in.readUnsignedShort();
                while (marker == 0xffff) marker = 0xff00 | in.readUnsignedByte();
                boolean frame = marker >= 0xffc0 && marker <= 0xffcf && marker != 0xffc4 && marker != 0xffc8 && marker != 0xffcc;
                if (marker < 0xff01 || marker == 0xffda || marker == 0xffd9) return adobe ? -1 : 0;
                byte[] segment = new byte[Math.max(0, in.readUnsignedShort() - 2)];
                in.readFully(segment);
                if (frame && !adobe && segment.length > 5) return segment[5];
                boolean adobeMarker = marker == 0xffee && segment.length >= 12 && new String(segment, 0, 5, StandardCharsets.US_ASCII).equals("Adobe");
                if (adobe && adobeMarker) return segment[11];
            }
        } catch (EOFException e) {
            return adobe ? -1 : 0;
        }
    }
}

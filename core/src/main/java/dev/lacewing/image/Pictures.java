package dev.lacewing.image;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads JPEG and PNG (and whatever else the JDK reads) to RGB. Samples are taken as stored: no colour profile, no gamma, no EXIF rotation; alpha is
 * dropped, grey is repeated, 16 bits are cut to 8, CMYK becomes (255-C)(255-K)/255. These are the choices of the usual training pipelines.
 */
public final class Pictures {
    static final long MAX_PIXELS = 1L << 27;

    static {
        ImageIO.setUseCache(false);
    }

    private Pictures() {}

    /**
     * @throws Failed if there is no such file
     * @throws Malformed if it is no image, or a broken one
     */
    public static Picture read(Path file) {
        if (Files.isDirectory(file)) throw new Failed(file + " is a folder: expected a JPEG or PNG");
        if (!Files.isRegularFile(file)) throw new Failed(file + ": no such file");
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) throw new Malformed(file + " is not an image that can be read: expected JPEG or PNG");
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) throw new Malformed(file + " has " + pixels + " pixels; the largest image read has " + MAX_PIXELS);
                boolean fourInks = reader.getFormatName().equalsIgnoreCase("jpeg") && JpegHeader.components(file) == 4;
                return fourInks ? fromInks(reader.readRaster(0, null), JpegHeader.adobeTransform(file)) : fromImage(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException | NegativeArraySizeException e) {
            throw new Malformed(file + " is a broken image (" + e.getMessage() + "): expected a complete JPEG or PNG", e);
        }
    }

    static Picture fromImage(BufferedImage image) {
        int width = image.getWidth(), height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        if (image.getColorModel() instanceof ComponentColorModel model) fromSamples(image.getRaster(), model.getComponentSize(0), rgb);
        else
            for (int y = 0, at = 0; y < height; y++)
                for (int x = 0; x < width; x++) {
                    int argb = image.getRGB(x, y);
                    rgb[at++] = (byte) (argb >> 16);
                    rgb[at++] = (byte) (argb >> 8);
                    rgb[at++] = (byte) argb;
                }
        return new Picture(width, height, rgb);
    }

    private static void fromSamples(Raster raster, int bits, byte[] rgb) {
        int bands = raster.getNumBands(), width = raster.getWidth(), at = 0, shift = Math.max(0, bits - 8), scale = bits < 8 ? 255 / ((1 << bits) - 1) : 1;
        int[] row = new int[bands * width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++)
                for (int c = 0; c < 3; c++) rgb[at++] = (byte) ((row[bands * x + (bands < 3 ? 0 : c)] >> shift) * scale);
        }
    }

    /**
     * Four-ink JPEGs.
     *
     * @param transform of the Adobe marker: 2 means that the first three inks are stored as YCbCr, -1 that there is no marker and the inks are not inverted
     */
    private static Picture fromInks(Raster raster, int transform) {
        int width = raster.getWidth(), height = raster.getHeight(), at = 0;
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[4 * width];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int a = row[4 * x], b = row[4 * x + 1], c = row[4 * x + 2], black = row[4 * x + 3];
                if (transform == 2) {
                    double cb = b - 128, cr = c - 128;
                    int luma = a;
                    a = 255 - clip(luma + 1.402 * cr);
                    b = 255 - clip(luma - 0.344136 * cb - 0.714136 * cr);
                    c = 255 - clip(luma + 1.772 * cb);
                }
                boolean inverted = transform >= 0;   // Adobe stores 255 - ink
                int paper = inverted ? black : 255 - black;
                for (int ink : new int[] {a, b, c}) rgb[at++] = (byte) (((inverted ? ink : 255 - ink) * paper + 127) / 255);
            }
        }
        return new Picture(width, height, rgb);
    }

    private static int clip(double sample) { return Math.clamp(Math.round(sample), 0, 255); }
}

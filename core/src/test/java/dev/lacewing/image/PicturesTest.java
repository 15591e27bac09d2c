package dev.lacewing.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
    /** 16 x 16 pixels of the inks 200, 30, 60, 20, written by Pillow, which itself reads it as RGB 51, 207, 180. */
    private static final String CMYK = "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD826/YSv0Mr9rKKKKKKKKKKKKK/9k=";

    @TempDir
    Path folder;

    @Test
    void readsFourInks() throws IOException {
        Path file = Files.write(folder.resolve("inks.jpg"), Base64.getDecoder().decode(CMYK));
        Picture picture = Pictures.read(file);
        assertThat(picture.sample(5, 5, 0)).isCloseTo(51, within(2));
        assertThat(picture.sample(5, 5, 1)).isCloseTo(207, within(2));
        assertThat(picture.sample(5, 5, 2)).isCloseTo(180, within(2));
    }

    @Test
    void takesGreyAsStored() throws IOException {
        assertThat(first(BufferedImage.TYPE_BYTE_GRAY, 100)).containsExactly(100, 100, 100);
        assertThat(first(BufferedImage.TYPE_USHORT_GRAY, 100 << 8 | 3)).containsExactly(100, 100, 100);
        assertThat(first(BufferedImage.TYPE_BYTE_BINARY, 1)).containsExactly(255, 255, 255);
    }

    @Test
    void dropsAlpha() throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_4BYTE_ABGR);
        image.setRGB(0, 0, 0x000a141e);
        assertThat(firstOf(image)).containsExactly(10, 20, 30);
    }

    @Test
    void readsRows() throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 1, 0x010203);
        Picture picture = Pictures.fromImage(image);
        assertThat(new int[] {picture.sample(2, 1, 0), picture.sample(2, 1, 1), picture.sample(2, 1, 2)}).containsExactly(1, 2, 3);
        assertThat(picture.sample(1, 1, 0)).isZero();
    }

    @Test
    void refusesWhatIsNoImage() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "file,class\n");
        assertThatThrownBy(() -> Pictures.read(text)).isInstanceOf(Malformed.class).hasMessageContaining("not an image");
        assertThatThrownBy(() -> Pictures.read(folder.resolve("none.png"))).isInstanceOf(Failed.class);
    }

    @Test
    void refusesTruncatedImages() throws IOException {
        Path file = folder.resolve("whole.png");
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {12, 40, whole.length / 2}) {
            Path part = Files.write(folder.resolve("part.png"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Pictures.read(part)).isInstanceOf(Malformed.class).hasMessageContaining("image");
        }
    }

    private int[] first(int type, int sample) throws IOException {
        BufferedImage image = new BufferedImage(3, 2, type);
        image.getRaster().setSample(0, 0, 0, sample);
        return firstOf(image);
    }

    private int[] firstOf(BufferedImage image) throws IOException {
        Path file = folder.resolve("picture.png");
        ImageIO.write(image, "png", file.toFile());
        Picture p = Pictures.read(file);
        assertThat(p.width()).isEqualTo(3);
        return new int[] {p.sample(0, 0, 0), p.sample(0, 0, 1), p.sample(0, 0, 2)};
    }
}

package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
    @TempDir
    Path folder;

    @Test
    void readsCifarRecords() throws IOException {
        byte[] bytes = new byte[2 * 3073];
        bytes[3073] = 7;
        bytes[3073 + 1 + 33] = 11;          // red of (1, 1)
        bytes[3073 + 1 + 1024 + 33] = 22;   // green
        bytes[3073 + 1 + 2048 + 33] = (byte) 233;
        CifarBatch batch = CifarBatch.read(Files.write(folder.resolve("batch.bin"), bytes));
        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.label(1)).isEqualTo(7);
        Picture picture = batch.picture(1);
        assertThat(new int[] {picture.sample(1, 1, 0), picture.sample(1, 1, 1), picture.sample(1, 1, 2)}).containsExactly(11, 22, 233);
        Path torn = Files.write(folder.resolve("torn.bin"), new byte[3072]);
        assertThatThrownBy(() -> CifarBatch.read(torn)).isInstanceOf(Malformed.class).hasMessageContaining("3072");
    }

    @Test
    void readsLabelTables() throws IOException {
        Files.writeString(folder.resolve("a.png"), "");
        Files.writeString(folder.resolve("b.png"), "");
        ImageFolder samples = ImageFolder.read(folder, csv("file,class,wnid\na.png,3,n1\r\n\nb.png, 12 ,n2\n"));
        assertThat(samples.size()).isEqualTo(2);
        assertThat(samples.label(1)).isEqualTo(12);
        assertThat(samples.name(0)).isEqualTo("a.png");
        assertThatThrownBy(() -> ImageFolder.read(folder, csv("file,class\na.png,cat\n"))).isInstanceOf(Malformed.class).hasMessageContaining("line 2");
        for (String label : new String[] {"-1", "4294967295"})
            assertThatThrownBy(() -> ImageFolder.read(folder, csv("file,class\na.png," + label + "\n"))).isInstanceOf(Malformed.class).hasMessageContaining("a number from 0, got " + label);
        assertThatThrownBy(() -> ImageFolder.read(folder, csv("file,class\na.png\n"))).isInstanceOf(Malformed.class).hasMessageContaining("line 2");
        assertThatThrownBy(() -> ImageFolder.read(folder, csv("file,class\n"))).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> ImageFolder.read(folder, csv("file,class\nc.png,1\n"))).isInstanceOf(Failed.class).hasMessageContaining("c.png");
    }

    @Test
    void cutsWordNetIds() throws IOException {
        Path file = Files.writeString(folder.resolve("labels.txt"), "n01440764 tench, Tinca tinca\nplain label\n\n");
        assertThat(Labels.read(file)).containsExactly("tench, Tinca tinca", "plain label");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Labels.read(binary)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> Labels.read(folder.resolve("none"))).isInstanceOf(Failed.class);
    }

    private Path csv(String text) throws IOException { return Files.writeString(folder.resolve("labels.csv"), text); }
}

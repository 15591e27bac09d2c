package dev.lacewing.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelledFilesTest {
    @TempDir
    Path folder;

    private static byte[] idx(int type, int... dims) {
        int count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * dims.length + count).putInt(type << 8 | dims.length);
        for (int dim : dims) file.putInt(dim);
        for (int i = 0; i < count; i++) file.put((byte) (i * 7));
        return file.array();
    }

    private static byte[] zip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    private Idx read(byte[] bytes) throws IOException { return Idx.read(Files.write(folder.resolve("file"), bytes)); }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsIdx(boolean compressed) throws IOException {
        byte[] file = idx(8, 3, 4, 5);
        Idx idx = read(compressed ? zip(file) : file);
        assertThat(idx.dims()).containsExactly(3, 4, 5);
        assertThat(idx.values()).isEqualTo(Arrays.copyOfRange(file, 16, 76));
    }

    @Test
    void namesWhatIsWrongWithIdx() throws IOException {
        byte[] good = idx(8, 3, 4), foreign = good.clone(), huge = good.clone(), negative = good.clone();
        foreign[0] = 'P';
        ByteBuffer.wrap(huge).putInt(4, 70_000).putInt(8, 70_000);
        ByteBuffer.wrap(negative).putInt(4, -1);
        assertThatThrownBy(() -> read(foreign)).isInstanceOf(Malformed.class).hasMessageContaining("expected an IDX file");
        assertThatThrownBy(() -> read(idx(13, 3))).isInstanceOf(Malformed.class).hasMessageContaining("type 13");
        assertThatThrownBy(() -> read(huge)).isInstanceOf(Malformed.class).hasMessageContaining("too large");
        assertThatThrownBy(() -> read(negative)).isInstanceOf(Malformed.class).hasMessageContaining("4294967295");
        assertThatThrownBy(() -> read(Arrays.copyOf(good, 20))).isInstanceOf(Malformed.class).hasMessageContaining("ends too early");
        assertThatThrownBy(() -> read(Arrays.copyOf(good, 25))).isInstanceOf(Malformed.class).hasMessageContaining("goes on");
        assertThatThrownBy(() -> read(new byte[] {0, 0, 8})).isInstanceOf(Malformed.class).hasMessageContaining("ends too early");
        assertThatThrownBy(() -> read(Arrays.copyOf(zip(good), 25))).isInstanceOf(Malformed.class).hasMessageContaining("ends too early");
        assertThatThrownBy(() -> Idx.read(folder.resolve("none"))).isInstanceOf(Failed.class);
    }

    /** The claim of two thousand million values is refused before they are allocated. */
    @Test
    void doesNotBelieveALargeHeaderInASmallFile() throws IOException {
        byte[] claim = ByteBuffer.allocate(16).putInt(0x803).putInt(2_000_000).putInt(32).putInt(32).array(), bomb = zip(claim);
        assertThatThrownBy(() -> read(claim)).isInstanceOf(Malformed.class).hasMessageContaining("more than a file of its size");
        assertThatThrownBy(() -> read(bomb)).isInstanceOf(Malformed.class).hasMessageContaining("more than a file of its size");
    }

    @Test
    void damagedIdxIsNeverAnythingElse() throws IOException {
        byte[] file = zip(idx(8, 10, 6, 6));
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = Arrays.copyOf(file, random.nextInt(file.length) + 1);
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                read(damaged);
            } catch (LacewingException expected) {
                assertThat(expected).isInstanceOf(Malformed.class);
            }
        }
    }

    @Test
    void readsBothLayoutsOfCifar() throws IOException {
        byte[] bytes = new byte[2 * 3074];
        bytes[3074] = 3;
        bytes[3075] = 99;
        bytes[3076 + 5] = 42;
        Cifar fine = Cifar.read(Files.write(folder.resolve("train.bin"), bytes), 2);
        byte[] planes = new byte[4000];
        fine.planes(1, planes, 10);
        assertThat(fine.count()).isEqualTo(2);
        assertThat(fine.label(1)).isEqualTo(99);
        assertThat(planes[15]).isEqualTo((byte) 42);
        assertThatThrownBy(() -> Cifar.read(folder.resolve("train.bin"), 1)).isInstanceOf(Malformed.class).hasMessageContaining("3073");
    }
}

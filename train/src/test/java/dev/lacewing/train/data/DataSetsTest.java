package dev.lacewing.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.train.data.Published.Download;
import dev.lacewing.train.data.Published.Layout;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
    private static final List<String> MNIST = List.of("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz");

    @TempDir
    Path temporary;

    private final Map<String, byte[]> served = new TreeMap<>();
    private final List<HttpExchange> stalled = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void stop() { server.stop(0); }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath(), file = path.substring(path.lastIndexOf('/') + 1);
        byte[] content = served.get(file);
        if (path.startsWith("/moved/")) {
            exchange.getResponseHeaders().set("Location", "/" + file);
            exchange.sendResponseHeaders(302, -1);
        } else if (path.startsWith("/stalls/")) {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            stalled.add(exchange);
            return;
        } else if (content == null) exchange.sendResponseHeaders(404, -1);
        else {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, path.startsWith("/torn/") ? content.length / 2 : content.length);
        }
        exchange.close();
    }

    private static byte[] zip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] idx(int count, int side) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(side == 0 ? 8 + count : 16 + count * side * side).putInt(side == 0 ? 0x801 : 0x803).putInt(count);
        if (side > 0) file.putInt(side).putInt(side);
        for (int i = 0; file.hasRemaining(); i++) file.put((byte) (side == 0 ? i % 3 : i % 251));
        return zip(file.array());
    }

    private static String md5(byte[] bytes) throws Exception { return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)); }

    /** Serves 7 training and 3 test images of 4 x 4. */
    private DataSets small(String at) throws Exception {
        served.put(MNIST.get(0), idx(7, 4));
        served.put(MNIST.get(1), idx(7, 0));
        served.put(MNIST.get(2), idx(3, 4));
        served.put(MNIST.get(3), idx(3, 0));
        return sets(at, "small", Layout.MNIST, List.of("a", "b", "c"), MNIST, "dataset-small");
    }

    private DataSets sets(String at, String name, Layout layout, List<String> classes, List<String> files, String debian) throws Exception {
        List<Download> downloads = new ArrayList<>();
        for (String file : files) downloads.add(new Download(URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getAddress().getPort() + at + file), md5(served.get(file))));
        return new DataSets(List.of(new Published(name, "", layout, classes, downloads, debian)), temporary.resolve("packages"), temporary.resolve("user/cache"));
    }

    @Test
    void fetchesToTheCacheAndFindsItThere() throws Exception {
        DataSets sets = small("/moved/");
        assertThatThrownBy(() -> sets.load("small", null)).isInstanceOf(Invalid.class).hasMessageContaining("apt-get install dataset-small").hasMessageContaining("lacewing data small");
        AtomicLong last = new AtomicLong();
        Path folder = sets.fetch("small", null, (file, done, total) -> last.set(done == total ? done : -1));
        assertThat(last.get()).isEqualTo(served.get(MNIST.get(3)).length);
        assertThat(folder).isEqualTo(temporary.resolve("user/cache/small")).isEqualTo(sets.find("small"));
        DataSet set = sets.load("small", null);
        assertThat(set.train().count()).isEqualTo(7);
        assertThat(set.test().labels()).containsExactly(0, 1, 2);
        assertThat(set.train().pixels()[20]).isEqualTo((byte) 20);
        served.clear();
        assertThat(sets.fetch("small", null, (file, done, total) -> {})).as("not fetched again").isEqualTo(folder);
        assertThat(files(temporary.resolve("user/cache"))).hasSize(5);
    }

    @Test
    void looksInTheGivenFolderThenThePackagesThenTheCache() throws Exception {
        DataSets sets = small("/");
        Path cached = sets.fetch("small", null, (file, done, total) -> {}), packaged = sets.fetch("small", temporary.resolve("packages"), (file, done, total) -> {});
        assertThat(sets.find("small")).isEqualTo(packaged);
        Path own = Files.createDirectories(temporary.resolve("own"));
        assertThatThrownBy(() -> sets.load("small", own)).isInstanceOf(Invalid.class).hasMessageContaining("does not hold small").hasMessageContaining("train-images");
        assertThat(sets.load("small", cached).train().count()).isEqualTo(7);
        assertThat(sets.load("small", temporary.resolve("user/cache")).train().count()).isEqualTo(7);
        Files.delete(packaged.resolve(MNIST.get(2)));
        assertThat(sets.find("small")).isEqualTo(cached);
        assertThatThrownBy(() -> sets.load("large", null)).isInstanceOf(Invalid.class).hasMessageContaining("choose one of small");
    }

    @Test
    void keepsNothingOfAnotherFile() throws Exception {
        DataSets sets = small("/");
        served.put(MNIST.get(2), idx(4, 4));
        assertThatThrownBy(() -> sets.fetch("small", null, (file, done, total) -> {})).isInstanceOf(Failed.class).hasMessageContaining("MD5").hasMessageContaining("nothing was kept");
        assertThat(files(temporary.resolve("user"))).containsExactly(temporary.resolve("user/cache"));
    }

    @Test
    void keepsNothingOfABrokenConnection() throws Exception {
        DataSets sets = small("/torn/");
        assertThatThrownBy(() -> sets.fetch("small", null, (file, done, total) -> {})).isInstanceOf(Failed.class).hasMessageContaining("cannot be fetched").hasMessageContaining("apt-get install dataset-small");
        assertThat(files(temporary.resolve("user"))).containsExactly(temporary.resolve("user/cache"));
    }

    @Test
    void keepsNothingIfAFileIsMissingOrNobodyAnswers() throws Exception {
        DataSets sets = small("/");
        served.remove(MNIST.get(3));
        assertThatThrownBy(() -> sets.fetch("small", null, (file, done, total) -> {})).isInstanceOf(Failed.class).hasMessageContaining("404");
        server.stop(0);
        assertThatThrownBy(() -> sets.fetch("small", null, (file, done, total) -> {})).isInstanceOf(Failed.class).hasMessageContaining("cannot be fetched");
        assertThat(files(temporary.resolve("user"))).containsExactly(temporary.resolve("user/cache"));
    }

    @Test
    @Timeout(20)
    void givesUpAServerThatStalls() throws Exception {
        Published published = small("/stalls/").get("small");
        assertThatThrownBy(() -> new Fetch(published, (file, done, total) -> {}, Duration.ofMillis(300)).into(temporary.resolve("user/cache/small"))).isInstanceOf(Failed.class)
                .hasMessageContaining("nothing came for").hasMessageContaining("after 10 bytes");
        assertThat(stalled).hasSize(1);
        assertThat(files(temporary.resolve("user"))).containsExactly(temporary.resolve("user/cache"));
    }

    @Test
    void namesAreReadKindlyButFoldersOfOthersAreRefused() throws Exception {
        DataSets one = small("/");
        DataSets sets = new DataSets(List.of(published(one, "the-digits"), published(one, "the-clothes")), one.packages(), one.cache());
        Path folder = sets.fetch("The_Clothes", null, (file, done, total) -> {});
        assertThat(folder).isEqualTo(temporary.resolve("user/cache/the-clothes"));
        assertThat(sets.load("the_clothes", folder).name()).isEqualTo("the-clothes");
        assertThatThrownBy(() -> sets.load("the-digits", folder)).isInstanceOf(Invalid.class).hasMessageContaining("holds the-clothes by its name, not the-digits");
        Path plain = temporary.resolve("plain");
        Files.move(folder, plain);
        assertThat(sets.load("the-digits", plain).name()).isEqualTo("the-digits");
        Path below = Files.createDirectories(temporary.resolve("the-clothes/of/others")).resolve("plain");
        Files.move(plain, below);
        assertThat(sets.load("the-digits", below).name()).as("what lies further up does not count").isEqualTo("the-digits");
    }

    private static Published published(DataSets sets, String name) {
        Published small = sets.get("small");
        return new Published(name, "", small.layout(), small.classes(), small.downloads(), null);
    }

    @Test
    void leavesAloneWhatIsInTheWay() throws Exception {
        DataSets sets = small("/");
        Path mine = Files.writeString(Files.createDirectories(temporary.resolve("to/small")).resolve("thesis.txt"), "two years");
        assertThatThrownBy(() -> sets.fetch("small", temporary.resolve("to"), (file, done, total) -> {})).isInstanceOf(Failed.class).hasMessageContaining("in the way");
        assertThat(mine).hasContent("two years");
    }

    @Test
    void unpacksAnArchiveOfCifar() throws Exception {
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "name" + i).toList();
        byte[] train = new byte[3 * 3074], test = new byte[2 * 3074];
        train[3074 + 1] = 99;
        byte[] tar = tar(new TreeMap<>(Map.of("cifar-100-binary/fine_label_names.txt", String.join("\n", names).getBytes(StandardCharsets.US_ASCII), "cifar-100-binary/train.bin", train,
                "cifar-100-binary/test.bin", test, "cifar-100-binary/readme.html", new byte[700], "cifar-100-binary/", new byte[0])));
        served.put("c.tar.gz", zip(tar));
        List<String> numbers = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        DataSets sets = sets("/", "c", Layout.CIFAR100, numbers, List.of("c.tar.gz"), null);
        sets.fetch("c", null, (file, done, total) -> {});
        DataSet set = sets.load("c", null);
        assertThat(set.train().labels()).containsExactly(0, 99, 0);
        assertThat(set.test().classes()).isEqualTo(names);
        Path folder = temporary.resolve("user/cache/c");
        assertThat(files(folder)).hasSize(3);
        tar[512 + 3] ^= 4;   // in a file's name
        served.put("d.tar.gz", zip(tar));
        DataSets damaged = sets("/", "d", Layout.CIFAR100, numbers, List.of("d.tar.gz"), null);
        assertThatThrownBy(() -> damaged.fetch("d", null, (file, done, total) -> {})).isInstanceOf(Malformed.class);
        served.put("e.tar.gz", zip(tar(new TreeMap<>(Map.of("cifar-100-binary/train.bin", train)))));
        DataSets lacking = sets("/", "e", Layout.CIFAR100, numbers, List.of("e.tar.gz"), null);
        assertThatThrownBy(() -> lacking.fetch("e", null, (file, done, total) -> {})).isInstanceOf(Malformed.class).hasMessageContaining("lacks test.bin");
        Files.delete(folder.resolve("fine_label_names.txt"));
        assertThat(sets.load("c", null).test().classes()).isEqualTo(numbers);
    }

    /** As GNU tar writes them, folders by names that end in a slash. */
    private static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            ByteBuffer header = ByteBuffer.allocate(512).put(name.getBytes(StandardCharsets.US_ASCII));
            header.put(124, "%011o".formatted(content.length).getBytes(StandardCharsets.US_ASCII)).put(148, "        ".getBytes(StandardCharsets.US_ASCII)).put(156, (byte) (name.endsWith("/") ? '5' : '0'));
            int sum = 0;
            for (byte b : header.array()) sum += b & 0xff;
            header.put(148, "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(header.array());
            out.writeBytes(content);
            out.writeBytes(new byte[-content.length & 511]);
        });
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    @Test
    void readsCifar10FromItsSixFiles() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("cifar-10-batches-bin"));
        for (int i = 1; i <= 6; i++) {
            byte[] records = new byte[2 * 3073];
            records[0] = (byte) i;
            records[3073 + 1] = (byte) (10 * i);
            Files.write(folder.resolve(i == 6 ? "test_batch.bin" : "data_batch_" + i + ".bin"), records);
        }
        DataSet set = DataSets.ofUser().load("cifar-10", temporary);
        assertThat(set.train().labels()).containsExactly(1, 0, 2, 0, 3, 0, 4, 0, 5, 0);
        assertThat(set.train().pixels()[9 * 3072]).isEqualTo((byte) 50);
        assertThat(set.test().labels()).containsExactly(6, 0);
        byte[] wrong = new byte[3073];
        wrong[0] = 10;
        Files.write(folder.resolve("data_batch_3.bin"), wrong);
        assertThatThrownBy(() -> DataSets.ofUser().load("cifar-10", folder)).isInstanceOf(Malformed.class).hasMessageContaining("label 10");
    }

    @Test
    void labelsMustFitTheImages() throws Exception {
        DataSets sets = small("/");
        Path folder = sets.fetch("small", null, (file, done, total) -> {});
        Files.write(folder.resolve(MNIST.get(1)), idx(6, 0));
        assertThatThrownBy(() -> sets.load("small", null)).isInstanceOf(Malformed.class).hasMessageContaining("one label for each of the 7 images");
    }

    @Test
    void readsFoldersOfClasses() throws IOException {
        picture("train/cat/a.png", 20, 10, 0xff0000);
        picture("train/cat/b.PNG", 10, 20, 0x00ff00);
        picture("train/dog/c.png", 8, 8, 0x0000ff);
        picture("val/dog/d.png", 9, 30, 0xffffff);
        Files.writeString(temporary.resolve("own/train/cat/notes.txt"), "");
        picture("train/.ipynb_checkpoints/a.png", 8, 8, 0);
        picture("train/cat/._a.png", 8, 8, 0);
        DataSet set = ClassFolders.read(temporary.resolve("own"), 3, 6, 5);
        assertThat(set.name()).isEqualTo("own");
        assertThat(set.train().classes()).containsExactly("cat", "dog");
        assertThat(set.train().labels()).as("in turns").containsExactly(0, 1, 0);
        assertThat(set.test().labels()).containsExactly(1);
        byte[] red = new byte[90];
        Arrays.fill(red, 0, 30, (byte) 255);
        assertThat(Arrays.copyOf(set.train().pixels(), 90)).isEqualTo(red);
        DataSet grey = ClassFolders.read(temporary.resolve("own"), 1, 6, 5);
        assertThat(grey.train().pixels()[0]).isEqualTo((byte) 76);
        picture("val/fish/e.png", 9, 30, 0xffffff);
        assertThatThrownBy(() -> ClassFolders.read(temporary.resolve("own"), 3, 6, 5)).isInstanceOf(Failed.class).hasMessageContaining("fish");
        assertThatThrownBy(() -> ClassFolders.read(temporary, 3, 6, 5)).isInstanceOf(Failed.class).hasMessageContaining("train and test");
    }

    private void picture(String name, int width, int height, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) for (int x = 0; x < width; x++) image.setRGB(x, y, rgb);
        Path file = temporary.resolve("own").resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    /** All below a folder, but not itself. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(p -> !p.equals(folder)).toList();
        }
    }
}

package dev.lacewing.train.data;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A data set of the literature, and where its authors offer it.
 *
 * @param about in a few words
 * @param classes their names in the order of the labels
 * @param downloads what to fetch
 * @param debian package of Debian and its kin that holds it, or null
 */
public record Published(String name, String about, Layout layout, List<String> classes, List<Download> downloads, @Nullable String debian) {
    /** How it lies in files. */
    public enum Layout {
        /** Four IDX files by the names that MNIST gave them, each maybe compressed. */
        MNIST,
        CIFAR10,
        CIFAR100
    }

    /**
     * A file.
     *
     * @param md5 as published, in lower-case hexadecimal
     */
    public record Download(URI address, String md5) {
        String file() {
            String path = address.getPath();
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    public Published {
        classes = List.copyOf(classes);
        downloads = List.copyOf(downloads);
    }

    /**
     * Checksums: Fashion-MNIST, the table in its authors' README; MNIST, those that torchvision demands of its mirror, the original site being closed to programs; CIFAR,
     * the tables on its page.
     */
    static List<Published> all() {
        String fashion = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", mnist = "https://ossci-datasets.s3.amazonaws.com/mnist/", cifar = "https://www.cs.toronto.edu/~kriz/";
        return List.of(
                new Published("fashion-mnist", "70,000 pictures of clothes, 28x28 grey, 10 classes (Zalando, MIT licence), 31 MB", Layout.MNIST,
                        List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
                        mnist(fashion, "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe", "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"),
                        "dataset-fashion-mnist"),
                new Published("mnist", "70,000 handwritten digits, 28x28 grey, 10 classes, 12 MB", Layout.MNIST, IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
                        mnist(mnist, "f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432", "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"), null),
                new Published("cifar-10", "60,000 photographs, 32x32 colour, 10 classes, 170 MB", Layout.CIFAR10,
                        List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
                        List.of(download(cifar + "cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")), null),
                new Published("cifar-100", "60,000 photographs, 32x32 colour, 100 classes, 169 MB", Layout.CIFAR100, IntStream.range(0, 100).mapToObj(i -> "class " + i).toList(),
                        List.of(download(cifar + "cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8")), null));
    }

    private static List<Download> mnist(String base, String trainImages, String trainLabels, String testImages, String testLabels) {
        return List.of(download(base + "train-images-idx3-ubyte.gz", trainImages), download(base + "train-labels-idx1-ubyte.gz", trainLabels),
                download(base + "t10k-images-idx3-ubyte.gz", testImages), download(base + "t10k-labels-idx1-ubyte.gz", testLabels));
    }

    private static Download download(String address, String md5) { return new Download(URI.create(address), md5); }
}

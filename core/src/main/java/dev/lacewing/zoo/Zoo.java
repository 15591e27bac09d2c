package dev.lacewing.zoo;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The list of networks. All read {@code input} [1, channels, resolution, resolution] and write {@code logits} [1, classes]. */
public final class Zoo {
    private static final ZooOptions IMAGENET = new ZooOptions(1, 224, 1000, 0), CIFAR = new ZooOptions(1, 32, 10, 0), MNIST = new ZooOptions(1, 28, 10, 0, 1, false);
    private static final Map<String, Entry> ALL = all();

    private interface Network {
        void build(GraphBuilder builder);
    }

    private record Entry(ZooOptions defaults, Network network) {}

    private Zoo() {}

    private static Map<String, Entry> all() {
        Map<String, Entry> all = new LinkedHashMap<>();
        all.put("mobilenet_v1", new Entry(IMAGENET, MobileNetV1::build));
        all.put("mobilenet_v2", new Entry(IMAGENET, MobileNetV2::build));
        all.put("mobilenet_v3_small", new Entry(IMAGENET, MobileNetV3Small::build));
        all.put("efficientnet_b0", new Entry(IMAGENET, EfficientNetB0::build));
        all.put("resnet18", new Entry(IMAGENET, b -> ResNet.basic(b, 2, 2, 2, 2)));
        all.put("resnet50", new Entry(IMAGENET, b -> ResNet.bottleneck(b, 3, 4, 6, 3)));
        all.put("resnet20", new Entry(CIFAR, b -> ResNet.cifar(b, 3)));
        all.put("squeezenet", new Entry(IMAGENET, SqueezeNet::build));
        all.put("resnet32", new Entry(CIFAR, b -> ResNet.cifar(b, 5)));
        all.put("resnet56", new Entry(CIFAR, b -> ResNet.cifar(b, 9)));
        all.put("mobilenet_v1_cifar", new Entry(CIFAR, MobileNetV1::cifar));
        all.put("mobilenet_v2_cifar", new Entry(CIFAR, MobileNetV2::cifar));
        all.put("mobilenet_v1_mnist", new Entry(MNIST, MobileNetV1::mnist));
        all.put("mlp", new Entry(MNIST, SmallNetworks::mlp));
        all.put("mlp_512", new Entry(MNIST, b -> SmallNetworks.mlp(b, 512, 512)));
        all.put("tinycnn", new Entry(MNIST, b -> SmallNetworks.cnn(b, 16)));
        all.put("smallcnn", new Entry(MNIST, b -> SmallNetworks.cnn(b, 32)));
        return all;
    }

    public static List<String> names() { return List.copyOf(ALL.keySet()); }

    /** Width 1, seed 0, and the inputs and classes that the network was published for: ImageNet's 224 x 224 and 1000, CIFAR-10's 32 x 32 and 10, MNIST's grey 28 x 28 and 10. */
    public static ZooOptions defaults(String name) { return entry(name).defaults(); }

    /** @throws Invalid if there is no such network, or if an input of this resolution shrinks to nothing on the way */
    public static Graph build(String name, ZooOptions options) {
        GraphBuilder builder = new GraphBuilder(name, options);
        entry(name).network().build(builder);
        return builder.build();
    }

    public static Graph build(String name) { return build(name, defaults(name)); }

    private static Entry entry(String name) {
        Entry entry = ALL.get(name);
        if (entry == null) throw new Invalid("there is no network " + name + " in the zoo; choose one of " + String.join(", ", names()));
        return entry;
    }
}

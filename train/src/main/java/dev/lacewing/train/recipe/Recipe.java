package dev.lacewing.train.recipe;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.prune.Scope;
import dev.lacewing.train.data.Augmentation;
import dev.lacewing.train.method.Dense;
import dev.lacewing.train.method.Method;
import dev.lacewing.train.optimizer.LearningRate;
import dev.lacewing.train.optimizer.Optimizer;
import dev.lacewing.train.optimizer.Sgd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to train and how. Two runs of one recipe on one kind of machine with the same number of threads give the same bits. {@code toString} names every setting, defaults
 * included.
 *
 * @param scope which layers the method may make sparse
 * @param epochs 0 for the method's beginning and an evaluation alone: what pruning costs before fine-tuning; not for methods that prune while they train
 * @param batch images in a step
 * @param smoothing of labels, 0 to below 1
 * @param ema decay of the moving average of the weights that is evaluated and saved; 0 for none
 * @param reestimate training batches that running statistics are measured anew over before each evaluation; 0 for never; with 0 epochs only of normalisations that
 *        {@link Network#batchNorm} puts in
 * @param evaluate an evaluation after each so many epochs, and after the last
 */
public record Recipe(Data data, Network network, Method method, Scope scope, int epochs, int batch, Optimizer optimizer, LearningRate rate, double smoothing, double ema,
        int reestimate, Seeds seed, Optional<Teacher> teacher, int evaluate) {
    /** Of a recipe that says nothing more than data and network. */
    static final Recipe DEFAULT = new Recipe(Data.DEFAULT, Network.DEFAULT, Dense.DEFAULT, Scope.CONV, 10, 64, Sgd.DEFAULT, LearningRate.Cosine.DEFAULT, 0, 0, 20, Seeds.DEFAULT,
            Optional.empty(), 1);

    public Recipe {
        if (epochs < 0) throw new Invalid("epochs must be 0 (only begin, and judge) or more, got " + epochs);
        if (batch < 1) throw new Invalid("batch must be 1 or more, got " + batch);
        if (!(smoothing >= 0 && smoothing < 1)) throw new Invalid("smoothing must be 0 to below 1, got " + smoothing);
        if (!(ema >= 0 && ema < 1)) throw new Invalid("ema must be 0 to below 1, got " + ema);
        if (reestimate < 0) throw new Invalid("reestimate must be 0 or more batches, got " + reestimate);
        if (evaluate < 1) throw new Invalid("evaluate must be 1 or more epochs, got " + evaluate);
    }

    /**
     * Images to train with and to judge by.
     *
     * @param name of a published data set, or a folder with {@code train/CLASS/*.png} and {@code test/CLASS/*.png}
     * @param size height and width that pictures of a folder are brought to
     * @param channels of pictures of a folder: 1 (grey) or 3
     * @param validation share of the training images that are set aside and judged by instead of the test images; 0 for none
     * @param limit most training images, the first of the file, of a folder as many of each class; 0 for all
     * @param testLimit most test images; 0 for all
     */
    public record Data(String name, int size, int channels, double validation, int limit, int testLimit, Augmentation augment) {
        static final Data DEFAULT = new Data("", 32, 3, 0, 0, 0, Augmentation.NONE);

        public Data {
            if (size < 1) throw new Invalid("size must be 1 pixel or more, got " + size);
            if (channels != 1 && channels != 3) throw new Invalid("channels must be 1 or 3, got " + channels);
            if (!(validation >= 0 && validation < 1)) throw new Invalid("validation must be 0 to below 1, got " + validation);
            if (limit < 0) throw new Invalid("limit must be 0 (all) or more images, got " + limit);
            if (testLimit < 0) throw new Invalid("test_limit must be 0 (all) or more images, got " + testLimit);
        }

        /** Whether size and channels are those of a recipe that does not say. */
        public boolean hasDefaultSize() { return size == DEFAULT.size && channels == DEFAULT.channels; }
    }

    /**
     * @param name of a network of the zoo, which starts from random weights, or a file (.onnx, .lace), which is trained on
     * @param width factor on the channels of a network of the zoo
     * @param rearrange by what the output channels of a file's network are put in order before the training, for a method that prunes in blocks 1xN
     * @param batchNorm whether a file's network, its batch normalisation folded into its weights, gets it back before the training
     */
    public record Network(String name, double width, Rearranger.By rearrange, boolean batchNorm) {
        static final Network DEFAULT = new Network("", 1, Rearranger.By.NONE, false);

        /** The network in a file that a run before has written. */
        public Network withFile(String file) { return new Network(file, 1, rearrange, batchNorm); }

        public Network {
            if (!(width > 0)) throw new Invalid("width must be above 0, got " + width);
            if (isFile(name) && width != 1) throw new Invalid("width is of networks of the zoo: " + name + " is as wide as it is; leave it out");
        }

        /** Whether it is a file's name. */
        public boolean isFile() { return isFile(name); }

        private static boolean isFile(String name) { return name.endsWith(".onnx") || name.endsWith(".lace"); }
    }

    /**
     * Where random numbers start.
     *
     * @param weights of the first weights, and of all that has no seed of its own
     * @param order of the order of the images and their augmentation
     * @param method of random masks and regrowth
     */
    public record Seeds(long weights, OptionalLong order, OptionalLong method) {
        static final Seeds DEFAULT = new Seeds(0, OptionalLong.empty(), OptionalLong.empty());

        public long ofOrder() { return order.orElse(weights); }

        public long ofMethod() { return method.orElse(weights); }
    }

    /**
     * Distillation (Hinton et al. 2015, arXiv 1503.02531).
     *
     * @param file of a trained network with the same input and classes
     * @param weight share of the loss that the teacher makes, 0 to 1
     */
    public record Teacher(String file, double weight, double temperature) {
        static final Teacher DEFAULT = new Teacher("", 0.5, 4);

        public Teacher {
            if (!(weight >= 0 && weight <= 1)) throw new Invalid("weight must be 0 to 1, got " + weight);
            if (!(temperature > 0)) throw new Invalid("temperature must be above 0, got " + temperature);
        }
    }

    /**
     * @throws Failed if the file cannot be read
     * @throws dev.lacewing.error.LacewingException.Malformed if it is no YAML
     * @throws Invalid with the line, for an unknown key, a wrong type or a value out of range
     */
    public static Recipe read(Path file) {
        try {
            return parse(Objects.toString(file.getFileName()), Files.readString(file));
        } catch (IOException e) {
            throw new Failed("cannot read the recipe " + file + ": " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    /** @param name for messages */
    public static Recipe parse(String name, String yaml) { return RecipeReader.read(name, yaml); }

    /** The same with another seed for everything. */
    public Recipe withSeed(long seed) {
        return new Recipe(data, network, method, scope, epochs, batch, optimizer, rate, smoothing, ema, reestimate, new Seeds(seed, OptionalLong.empty(), OptionalLong.empty()),
                teacher, evaluate);
    }

    /** Whether nothing becomes sparse. */
    public boolean isDense() { return method.equals(Dense.DEFAULT); }

    /** The same on another network. */
    public Recipe withNetwork(Network network) {
        return new Recipe(data, network, method, scope, epochs, batch, optimizer, rate, smoothing, ema, reestimate, seed, teacher, evaluate);
    }
}

package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;

/**
 * Images to train with and images to judge by, of one size and with the same classes.
 *
 * @param normalisation measured on the training images
 */
public record DataSet(String name, Images train, Images test, Normalisation normalisation) {
    public DataSet {
        if (train.channels() != test.channels() || train.height() != test.height() || train.width() != test.width())
            throw new Invalid(name + ": training images are " + train.describe() + ", test images " + test.describe() + ": they must be of one size");
        if (!train.classes().equals(test.classes())) throw new Invalid(name + ": training images have the classes " + train.classes() + ", test images " + test.classes());
    }

    public DataSet(String name, Images train, Images test) { this(name, train, test, Normalisation.of(train)); }

    public int classes() { return train.classes().size(); }

    /**
     * Sets training images aside and judges by them: the test images, which no choice may be made by, are then out of reach. The normalisation stays.
     *
     * @param share of the training images that are set aside, above 0 and below 1; which ones follows from the seed
     */
    public DataSet validation(double share, long seed) {
        if (!(share > 0 && share < 1)) throw new Invalid("the share of training images set aside must be above 0 and below 1, got " + share);
        if (train.count() < 2) throw new Invalid("of " + train.count() + " training images of " + name + " none can be set aside: at least 2 are needed");
        int aside = Math.clamp(Math.round(share * train.count()), 1, train.count() - 1);
        int[] order = new int[train.count()];
        Dice.shuffle(order, Dice.start(seed, -1, -1));
        int[] held = Arrays.copyOf(order, aside), rest = Arrays.copyOfRange(order, aside, order.length);
        Arrays.sort(held);
        Arrays.sort(rest);
        return new DataSet(name, train.select(rest), train.select(held), normalisation);
    }
}

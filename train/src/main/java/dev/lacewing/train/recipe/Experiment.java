package dev.lacewing.train.recipe;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A comparison: recipes that differ in what is compared, each run with the same seeds, so that the runs of one seed start from the same weights and see the same batches.
 *
 * @param title of the table and the picture
 * @param about what is compared and why; a paragraph, may be empty
 * @param found what came out, a paragraph that stands below the table; may be empty
 * @param last the accuracy of a run is the mean over so many last epochs
 * @param figures of the methods that the table shows, a mean over the last third of the epochs
 * @param blockRows height of the blocks whose balance between two threads is told of; 0 for none
 * @param plot what the picture shows accuracy by
 * @param arms in the order of the file; an arm stands behind the one that it starts from
 */
public record Experiment(String title, String about, String found, List<Long> seeds, int last, List<String> figures, int blockRows, Plot plot, List<Arm> arms) {
    /** What the picture shows. */
    public enum Plot {
        /** Mean accuracy over the seeds, after each epoch. */
        EPOCHS,
        /** Mean accuracy over the measured time of one image. */
        LATENCY
    }

    /**
     * @param recipe the base with what this arm changes; its seed is that of each run; if it starts from another arm, its network is named as the base's, and is rearranged and gets batch
     *        normalisation only if the arm itself says so
     * @param against name of the arm that this one is compared with; empty for none
     * @param from name of the arm whose trained network of the same seed this one starts from; empty for none
     * @param series name of the line that its point belongs to, for {@link Plot#LATENCY}
     */
    public record Arm(String name, Recipe recipe, String against, String from, String series) {}

    public Experiment {
        seeds = List.copyOf(seeds);
        figures = List.copyOf(figures);
        arms = List.copyOf(arms);
        if (seeds.isEmpty()) throw new Invalid("seeds: needs at least one");
        if (seeds.stream().distinct().count() < seeds.size()) throw new Invalid("seeds: " + seeds + " names one twice");
        if (last < 1) throw new Invalid("last must be 1 or more epochs, got " + last);
        for (Arm arm : arms) {
            if (last > 1 && arm.recipe.evaluate() > 1)
                throw new Invalid("last is " + last + " epochs, but arm " + arm.name + " is evaluated after each " + arm.recipe.evaluate() + " only: leave evaluate out, or last");
            if (last > Math.max(1, arm.recipe.epochs())) throw new Invalid("last is " + last + " epochs, but arm " + arm.name + " has " + arm.recipe.epochs());
        }
        if (blockRows < 0) throw new Invalid("block_rows must be 0 (none) or the N of 1xN, got " + blockRows);
        if (arms.isEmpty()) throw new Invalid("arms: needs at least one");
        List<String> known = arms.stream().map(Arm::name).toList(), before = new ArrayList<>();
        for (Arm arm : arms) {
            if (!arm.against.isEmpty() && !known.contains(arm.against)) throw new Invalid("arm " + arm.name + " is against " + arm.against + ", but there are only " + String.join(", ", known));
            if (!arm.from.isEmpty() && !before.contains(arm.from))
                throw new Invalid("arm " + arm.name + " starts from " + arm.from + ", which does not stand before it" + (before.isEmpty() ? "" : "; there are " + String.join(", ", before)));
            before.add(arm.name);
        }
    }

    /** @throws Invalid if there is none of this name */
    public Arm arm(String name) {
        return arms.stream().filter(a -> a.name.equals(name)).findFirst()
                .orElseThrow(() -> new Invalid("there is no arm " + name + "; choose one of " + String.join(", ", arms.stream().map(Arm::name).toList())));
    }

    /** Epochs that the network of an arm has been trained for, those of the arm that it starts from included. */
    public int epochs(Arm arm) { return arm.recipe.epochs() + (arm.from.isEmpty() ? 0 : epochs(arm(arm.from))); }

    /**
     * @throws Failed if the file cannot be read
     * @throws dev.lacewing.error.LacewingException.Malformed if it is no YAML
     * @throws Invalid with the line, for an unknown key, a wrong type or a value out of range
     */
    public static Experiment read(Path file) {
        try {
            return parse(Objects.toString(file.getFileName()), Files.readString(file));
        } catch (IOException e) {
            throw new Failed("cannot read the experiment " + file + ": " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    /** @param name for messages */
    public static Experiment parse(String name, String yaml) { return new ExperimentReader(name).read(yaml); }
}

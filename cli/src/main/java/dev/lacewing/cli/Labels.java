package dev.lacewing.cli;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Graph;
import dev.lacewing.tensor.Shape;
import dev.lacewing.train.Preparation;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The names of classes, in text files given on the command line or in a network's metadata. */
final class Labels {
    private Labels() {}

    /** One label for each line, in the order of the classes; a WordNet id in front ({@code n01440764 tench}) is cut off. */
    static List<String> read(Path file) { return lines(file).stream().filter(l -> !l.isBlank()).map(l -> l.strip().replaceFirst("^n\\d{8}\\s+", "")).toList(); }

    /** As training wrote them into the network's file; empty if it has none, or not one for each score. */
    static List<String> of(Graph graph) {
        String classes = graph.metadata().get(Preparation.CLASSES);
        List<String> names = classes == null ? List.of() : List.of(classes.split(",", -1));
        return names.size() == count(graph) ? names : List.of();
    }

    /** Scores for one image. */
    static int count(Graph graph) {
        Shape scores = graph.shape(graph.outputs().getFirst());
        return scores.dim(-1) == 1 && scores.rank() == 4 ? scores.dim(1) : scores.dim(-1);
    }

    /** @throws Failed if the file cannot be read, {@link Malformed} if it is not UTF-8 text */
    static List<String> lines(Path file) {
        if (Files.isDirectory(file)) throw new Failed(file + " is a folder: expected a text file");
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new Failed(file + ": no such file", e);
        } catch (MalformedInputException e) {
            throw new Malformed(file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.cli.image.Preprocessing.Order;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.cli.image.Resize;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a picture becomes the network's input. What is not given comes from the model's file, and else from defaults that are said aloud. */
final class PreprocessingOptions {
    @Option(names = "--resize", paramLabel = "N|WxH", order = 60, converter = ResizeConverter.class,
            description = "Bilinear, antialiased: shorter side to N pixels, or the whole picture to WxH (default: whole picture to the network's size).")
    private @Nullable Resize resize;

    @Option(names = "--crop", paramLabel = "N", order = 61, description = "Then cut N x N from the middle (default: the network's size).")
    private @Nullable Integer crop;

    @Option(names = "--order", paramLabel = "rgb|bgr", order = 62, description = "Order of the channels (default: rgb).")
    private @Nullable Order order;

    @Option(names = "--mean", paramLabel = "M[,M,M]", order = 63, converter = NumbersConverter.class,
            description = "Subtracted from each sample: one value, or one per channel in the network's order; samples are 0 to 255 (default: 0).")
    private @Nullable Numbers mean;

    @Option(names = "--std", paramLabel = "S[,S,S]", order = 64, converter = NumbersConverter.class,
            description = "Divides the difference, in the same units (default: 255, which gives 0 to 1).")
    private @Nullable Numbers std;

    /** One value or three. A list by itself would be read as an option that may be repeated. */
    private record Numbers(List<Float> values) {}

    Preprocessing given() { return new Preprocessing(resize, crop, order, mean == null ? null : mean.values, std == null ? null : std.values); }

    /** The graph with what was given written into its metadata. */
    Graph remember(Graph graph) {
        Preprocessing given = given();
        return given.equals(Preprocessing.UNKNOWN) ? graph : graph.withMetadata(given.addTo(graph.metadata()));
    }

    /** @throws Unsupported if the model has several inputs or takes no pictures */
    Preprocessor preprocessor(Model model, Subcommand command) {
        command.check(crop == null || crop > 0, "--crop must be above 0");
        command.check(std == null || std.values.stream().allMatch(s -> s > 0), "--std must be above 0");
        Graph graph = model.graph();
        if (graph.inputs().size() != 1) throw new Unsupported("the network has " + graph.inputs().size() + " inputs: only one picture can be given");
        Preprocessing remembered = Preprocessing.from(graph.metadata()), given = given();
        Preprocessing known = given.orElse(remembered);
        Preprocessor preprocessor = new Preprocessor(known, graph.inputs().getFirst().shape());
        String source = known.equals(Preprocessing.UNKNOWN) ? "guessed, for neither the file nor an option says it; see --resize, --order, --mean, --std"
                : known.mean() == null && known.std() == null ? "mean and std guessed, for neither the file nor an option says them"
                : given.equals(Preprocessing.UNKNOWN) ? "remembered in the file" : remembered.equals(Preprocessing.UNKNOWN) ? "as given" : "as given, the rest remembered";
        command.note("preprocessing: " + preprocessor.describe() + " (" + source + ")");
        if (std != null && std.values.stream().allMatch(s -> s < 1))
            command.note("note: --std below 1 looks like a 0-1 unit; here samples are 0 to 255, so multiply mean and std by 255");
        return preprocessor;
    }

    static final class ResizeConverter implements ITypeConverter<Resize> {
        @Override
        public Resize convert(String text) {
            try {
                return Resize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class NumbersConverter implements ITypeConverter<Numbers> {
        @Override
        public Numbers convert(String text) {
            try {
                return new Numbers(Preprocessing.numbers(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected one number or three separated by commas, got " + text);
            }
        }
    }
}

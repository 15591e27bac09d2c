package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Difference;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.report.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(name = "verify", header = "Check Lacewing's outputs against another engine or against stored outputs.",
        description = "Exit code 3 when any output value differs by more than 1e-4 of the largest value of the same output. "
                + "The input is random (standard normal, seeded), or input_0.pb, input_1.pb, ... from the test data.%n",
        footer = {"%nExamples:", "  lacewing verify net.lace --against onnxruntime --threads 2",
                "  lacewing verify net.onnx --against onnxruntime --input-shape 1,3,160,160", "  lacewing verify net.onnx --test-data test_data_set_0"})
final class VerifyCommand extends Subcommand {
    @Mixin
    private final ModelArgument model = new ModelArgument();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Reference reference;

    static final class Reference {
        @Option(names = "--against", paramLabel = "ENGINE", required = true, description = "The engine to compare with: ${COMPLETION-CANDIDATES}.")
        private @Nullable Against against;

        @Option(names = "--test-data", paramLabel = "DIR", required = true,
                description = "Folder with input_0.pb and output_0.pb (the ONNX convention), or with such folders test_data_set_0, ...")
        private @Nullable Path testData;
    }

    @Option(names = "--input-shape", paramLabel = "N,C,H,W", converter = DimensionsConverter.class, description = "Closes what the file leaves open in the first input.")
    private Dimensions inputShape = new Dimensions(List.of());

    record Dimensions(List<Integer> extents) {}

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Seed of the random input (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    static final class DimensionsConverter implements ITypeConverter<Dimensions> {
        @Override
        public Dimensions convert(String text) {
            try {
                return new Dimensions(Stream.of(text.split("[,x]", -1)).map(n -> Integer.valueOf(n.strip())).toList());
            } catch (NumberFormatException e) {
                throw new TypeConversionException("expected extents such as 1,3,224,224, got " + text);
            }
        }
    }

    @Override
    public Integer call() {
        check(inputShape.extents.stream().allMatch(d -> d >= 1), "--input-shape must have extents of at least 1");
        threads.count(this);
        Model loaded = model.load(inputShape.extents);
        Difference difference;
        try (Session session = loaded.session(threads.options(this))) {
            difference = reference.against != null ? against(reference.against, loaded, session) : testData(Objects.requireNonNull(reference.testData), session);
        }
        if (difference.maxAbsOutput() == 0) note("note: all outputs are zero, which says little about the engines");
        print(Json.object().put("max_abs_diff", difference.maxAbsDiff()).put("max_abs_output", difference.maxAbsOutput()).put("ok", difference.ok()),
                String.format(Locale.ROOT, "%s: largest difference %.3g where the output's largest value is %.3g (allowed: 1e-4 of it, or 1e-7)%n", difference.ok() ? "ok" : "NOT OK",
                        difference.maxAbsDiff(), difference.maxAbsOutput()));
        return difference.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    private Difference against(Against engine, Model loaded, Session session) {
        float[][] inputs = Buffers.normal(session.inputShapes(), seed), outputs = Buffers.zeros(session.outputShapes());
        session.run(inputs, outputs);
        try (Peer peer = engine.open(model, loaded.graph(), session.threads(), this)) {
            return Difference.between(outputs, peer.run(inputs));
        }
    }

    private Difference testData(Path folder, Session session) {
        List<Difference> sets = new ArrayList<>();
        for (TestData data : TestData.in(folder)) {
            float[][] inputs = data.inputs(session.inputShapes()), outputs = Buffers.zeros(session.outputShapes());
            session.run(inputs, outputs);
            sets.add(Difference.between(outputs, data.outputs(session.outputShapes())));
        }
        return Difference.worst(sets);
    }
}

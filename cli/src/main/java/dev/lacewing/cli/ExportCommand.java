package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.cli.image.Resize;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.file.WholeFile;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.train.Preparation;
import dev.lacewing.web.PictureInput;
import dev.lacewing.web.WebExport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "export", header = "Write a network as files for another place to run it: the web.",
        description = "A folder for any static web server, a bundler or Node: a WebAssembly module made for this network, its weights, a manifest and one JavaScript module, lacewing.js; and a page that shows it working. "
                + "Nothing is written if a layer has no form there.%n",
        footer = {"%nExamples:", "  lacewing export fashion-sparse --target web --with-dense -o site", "  lacewing export net.lace --target web -o site", "  lacewing export net.lace --target web --fp16 --labels classes.txt -o site",
                "  lacewing export net.onnx --target web --npm my-network@1.0.1 -o package",
                "  lacewing export net.lace --target web --single-file net.html"})
final class ExportCommand extends Subcommand {
    /** Places to run. */
    enum Target { WEB }

    /** The data set whose pictures are filled shapes, not lines. */
    private static final String FILLED = "fashion-mnist";
    private static final int MOST_THREADS = 16;

    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Option(names = "--target", paramLabel = "TARGET", required = true, description = "Where it is to run: web.")
    @SuppressWarnings({"NullAway.Init", "unused"})
    private Target target;

    @Option(names = {"-o", "--output"}, paramLabel = "DIR", description = "The folder to write; one with nothing but the files of an earlier export is replaced.")
    private @Nullable Path output;

    @Option(names = "--single-file", paramLabel = "FILE", description = "Write everything as one HTML file, which works from wherever it is opened, also from a disk; on one thread. A page of an earlier export is replaced.")
    private @Nullable Path singleFile;

    @Option(names = "--fp16", description = "Store weights in 16 bits: half the download, the same speed; outputs differ by thousandths of the largest, of small networks by hundredths.")
    private boolean fp16;

    @Option(names = "--with-dense", description = "Add the same network with its zeros as numbers, to compare.")
    private boolean withDense;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Add the same network for N threads (at most 16), which pages can use that are cross-origin isolated.")
    private int threads = 1;

    @Option(names = "--labels", paramLabel = "FILE", description = "Names of the classes, one a line (default: what training wrote into the network's file).")
    private @Nullable Path labels;

    @Option(names = "--npm", paramLabel = "NAME[@VERSION]", converter = NpmPackage.Converter.class,
            description = "Add package.json for an npm package of this name (default version: 1.0.0). One of this name that is there keeps what was changed in it, but for the list of files.")
    private @Nullable NpmPackage npm;

    @Option(names = "--force", description = "Replace the output folder with other files that are in it, or a file that is no exported page.")
    private boolean force;

    @Mixin
    private final PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Override
    public Integer call() {
        check(output != null || singleFile != null, "give a folder with --output, or a file with --single-file");
        check(output == null || !output.toString().isEmpty(), "--output: expected the name of a folder, got an empty one");
        check(singleFile == null || singleFile.toString().endsWith(".html"), "--single-file: expected a name that ends in .html, got '" + singleFile + "'");
        check(output == null || singleFile == null || !singleFile.toAbsolutePath().normalize().startsWith(output.toAbsolutePath().normalize()),
                "--single-file " + singleFile + " is in the folder of --output, which the next export replaces: give a place outside of it");
        if (singleFile != null) ExportTarget.checkPage(singleFile, force);
        check(npm == null || output != null, "--npm adds a file to the folder of --output, which is not given");
        check(threads >= 1 && threads <= MOST_THREADS, "--threads must be 1 to " + MOST_THREADS + ", got " + threads);
        checkFolder();
        Model loaded = model.load();
        List<String> classes = labels == null ? Labels.of(loaded.graph()) : Labels.read(labels);
        if (labels != null) checkLabels(loaded.graph(), classes);
        PictureInput picture = picture(loaded);
        check(picture != null || preprocessing.given().equals(Preprocessing.UNKNOWN), "--resize, --crop, --order, --mean and --std say how a picture becomes the input, and this network takes no picture, or several at once");
        boolean dense = withDense && hasZeros(loaded.graph());
        if (withDense && !dense) note("note: the network has no zeros, so there is no other dense one to compare it with: --with-dense adds nothing");
        WebExport.Settings settings = new WebExport.Settings(baseName(), fp16, dense, picture, classes, npm == null ? null : npm.name(), Version.number(), threads), one = settings.withThreads(1);
        Map<String, byte[]> files = WebExport.files(loaded.graph(), output == null ? one : settings);
        if (output != null) {
            checkFolder();
            if (npm != null) files.put(WebExport.PACKAGE, npm.describe(Objects.requireNonNull(files.get(WebExport.PACKAGE)), output));
            WholeFolder.write(output, files);
        }
        byte[] page = null;
        if (singleFile != null) {
            if (threads > 1) note("note: " + singleFile + " runs on one thread, for a page that is one file is not isolated from others");
            byte[] content = page = WebExport.singleFile(output == null || threads == 1 ? files : WebExport.files(loaded.graph(), one));
            WholeFile.write(singleFile, out -> out.write(content));
        }
        report(files, page);
        return ExitCode.OK;
    }

    private void checkFolder() {
        if (output != null) ExportTarget.check(output, force, Stream.of(Path.of(""), Path.of(System.getProperty("user.home")), model.file(), labels).filter(Objects::nonNull).toList(), npm);
    }

    private void checkLabels(Graph graph, List<String> classes) {
        int count = Labels.count(graph);
        if (count != classes.size()) note("note: " + labels + " names " + classes.size() + " classes, the network has " + count);
    }

    private static boolean hasZeros(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> switch (node.op()) {
            case Op.Conv conv -> conv.weight().sparsity() > 0;
            case Op.Gemm gemm -> gemm.weight().sparsity() > 0;
            case Op.SqueezeExcite se -> se.reduce().sparsity() > 0 || se.expand().sparsity() > 0;
            default -> false;
        });
    }

    private String baseName() { return model.name().replaceFirst("\\.[A-Za-z]+$", ""); }

    private @Nullable PictureInput picture(Model loaded) {
        Graph graph = loaded.graph();
        if (graph.inputs().size() != 1) return null;
        Shape input = graph.inputs().getFirst().shape();
        if (input.rank() != 4 || input.dim(0) != 1 || input.dim(1) != 1 && input.dim(1) != 3) return null;
        try {
            preprocessing.preprocessor(loaded, this);
        } catch (Unsupported e) {
            return null;
        }
        Preprocessing known = preprocessing.given().orElse(Preprocessing.from(graph.metadata())), all = known.orElse(Preprocessor.DEFAULTS);
        Resize resize = all.resize();
        return new PictureInput(resize == null ? null : List.of(resize.width(), resize.height()), all.crop(), Objects.requireNonNull(all.order()).name().toLowerCase(Locale.ROOT),
                Objects.requireNonNull(all.mean()), Objects.requireNonNull(all.std()), known.mean() == null && known.std() == null, FILLED.equals(graph.metadata().get(Preparation.DATA)));
    }

    /** @param page the single file, if there is one */
    private void report(Map<String, byte[]> files, byte @Nullable [] page) {
        int module = size(files, "relaxed.wasm"), weights = size(files, WebExport.WEIGHTS);
        int others = Stream.concat(Stream.of(WebExport.MANIFEST, WebExport.RUNTIME), WebExport.PAGE.stream()).mapToInt(name -> size(files, name)).sum();
        Map<String, byte[]> inFolder = output == null ? Map.of() : files;
        Table table = new Table("file", ">bytes");
        inFolder.forEach((name, content) -> table.row(name, content.length));
        if (page != null) table.row(String.valueOf(singleFile), page.length);
        String sum = output == null ? "" : "module and weights: " + Table.count(module + weights) + " bytes; with the files of the page: " + Table.count(module + weights + others) + "\n";
        String written = Stream.of(output, singleFile).filter(Objects::nonNull).map(Path::toString).collect(Collectors.joining(" and "));
        print(Json.object().put("output", output).put("single_file", singleFile).put("single_file_bytes", page == null ? null : page.length).put("module_bytes", module).put("weights_bytes", weights)
                        .put("files", inFolder.entrySet().stream().map(f -> Json.object().put("name", f.getKey()).put("bytes", f.getValue().length)).toList()),
                table + sum + "written: " + written + "\n");
        if (output != null) note("to look at it: lacewing serve-web " + output);
    }

    private static int size(Map<String, byte[]> files, String name) { return Objects.requireNonNull(files.get(name)).length; }
}

package dev.lacewing.onnx;

import dev.lacewing.Model;
import dev.lacewing.ModelFormat;
import dev.lacewing.file.WholeFile;
import java.nio.file.Path;
import java.util.Map;

/**
 * ONNX files ({@code .onnx}): fp32, default operator domain, opsets 9 to 22 read, 17 written (19 where an average has dilations). Weights are read from the file, from external data in
 * its folder, and from {@code sparse_initializer}.
 */
public final class OnnxFormat implements ModelFormat {
    private final double sparseFrom;

    /** Writes all weights dense, which every ONNX tool reads. */
    public OnnxFormat() { this(Double.POSITIVE_INFINITY); }

    /**
     * @param sparseFrom weights with at least this share of zeros (0 to 1) are written as {@code sparse_initializer}: a smaller file, which ONNX Runtime
     *     reads but some tools do not. It pays from about 0.7 on, as an index takes 8 bytes and a value 4
     */
    public OnnxFormat(double sparseFrom) { this.sparseFrom = sparseFrom; }

    @Override
    public String extension() { return ".onnx"; }

    @Override
    public Model read(Path file, Map<String, Integer> dimensions) { return new Model(ModelReader.read(file, dimensions)); }

    /** Deterministic: equal graphs make equal bytes. */
    @Override
    public void write(Model model, Path file) { WholeFile.write(file, new ModelWriter(model.graph(), sparseFrom).model()::writeTo); }
}

package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.file.WholeFile;
import dev.lacewing.onnx.Literal.Floats;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** One tensor in a file of its own: the {@code input_0.pb} and {@code output_0.pb} of ONNX test data. */
public final class TensorFile {
    private TensorFile() {}

    /** The file's tensor as fp32; NaN and infinities pass. */
    public static Tensor read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            Path folder = file.toAbsolutePath().getParent();
            TensorReader reader = new TensorReader(new ExternalData(folder == null ? Path.of("") : folder), new Budget(bytes.length));
            if (!(reader.read(TensorProto.parseFrom(bytes), String.valueOf(file.getFileName())) instanceof Floats f))
                throw new Unsupported(file + " holds integers: only fp32 tensors are supported");
            return new Tensor(new Shape(f.dims()), f.values());
        } catch (NoSuchFileException e) {
            throw new Failed("there is no file " + file, e);
        } catch (InvalidProtocolBufferException e) {
            throw new Malformed(file + " is no ONNX tensor, or is truncated or corrupt (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw new Failed("cannot read " + file + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw ModelReader.tooLarge(file, e);
        }
    }

    public static void write(Path file, String name, Tensor tensor) { WholeFile.write(file, TensorWriter.dense(name, tensor)::writeTo); }
}

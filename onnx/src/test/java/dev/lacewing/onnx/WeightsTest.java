package dev.lacewing.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every place and form in which a file may keep its weights. */
class WeightsTest {
    private static final float[] VALUES = {1, -2, 0, 0.5f, 0, 4};

    @TempDir
    Path folder;

    @Test
    void typedAndRawFieldsOfEveryFloatingType() {
        TensorProto.Builder typed = proto(DataType.FLOAT), doubles = proto(DataType.DOUBLE), halves = proto(DataType.FLOAT16), brains = proto(DataType.BFLOAT16);
        ByteBuffer rawHalves = bytes(12), rawDoubles = bytes(48), rawBrains = bytes(12);
        for (float v : VALUES) {
            typed.addFloatData(v);
            doubles.addDoubleData(v);
            halves.addInt32Data(Float.floatToFloat16(v) & 0xFFFF);
            brains.addInt32Data(Float.floatToRawIntBits(v) >>> 16);
            rawHalves.putShort(Float.floatToFloat16(v));
            rawDoubles.putDouble(v);
            rawBrains.putShort((short) (Float.floatToRawIntBits(v) >>> 16));
        }
        for (TensorProto.Builder t : List.of(typed, doubles, halves, brains, raw(DataType.FLOAT16, rawHalves), raw(DataType.DOUBLE, rawDoubles), raw(DataType.BFLOAT16, rawBrains),
                TensorWriter.dense("w", Tensor.of(VALUES, 2, 3)).toBuilder())) assertThat(weights(model(t.build()).read())).containsExactly(VALUES);
    }

    @Test
    void constantNode() {
        AttributeProto value = AttributeProto.newBuilder().setName("value").setType(AttributeType.TENSOR).setT(TensorWriter.dense("", Tensor.of(VALUES, 2, 3))).build();
        assertThat(weights(base().node("Constant", "", "w", value).read())).containsExactly(VALUES);
        AttributeProto sparse = AttributeProto.newBuilder().setName("sparse_value").setType(AttributeType.SPARSE_TENSOR).setSparseTensor(sparse(0, 1, 3, 5)).build();
        assertThat(weights(base().node("Constant", "", "w", sparse).read())).containsExactly(VALUES);
    }

    @Test
    void sparseInitializers() {
        assertThat(weights(base().sparse(sparse(0, 1, 3, 5)).read())).containsExactly(VALUES);
        SparseTensorProto pairs = sparse(0, 1, 3, 5).toBuilder().setIndices(TensorWriter.integers("i", 0, 0, 0, 1, 1, 0, 1, 2).toBuilder().clearDims().addDims(4).addDims(2)).build();
        assertThat(weights(base().sparse(pairs).read())).containsExactly(VALUES);
    }

    @Test
    void brokenSparseInitializers() {
        sparseFails("must ascend", sparse(0, 3, 1, 5));
        sparseFails("must ascend", sparse(0, 1, 1, 5));
        sparseFails("stay below 6", sparse(0, 1, 3, 6));
        sparseFails("must ascend", sparse(-1, 1, 3, 5));
        sparseFails("expected indices of shape", sparse(0, 1, 3));
        sparseFails("on axis 1 of extent 3", sparse(0, 1, 3, 5).toBuilder().setIndices(TensorWriter.integers("i", 0, 0, 0, 3, 1, 0, 1, 2).toBuilder().clearDims().addDims(4).addDims(2)).build());
        sparseFails("out of proportion", sparse(0, 1, 3, 5).toBuilder().clearDims().addDims(30_000).addDims(30_000).build());
        sparseFails("2^31-1", sparse(0, 1, 3, 5).toBuilder().clearDims().addDims(1 << 30).addDims(3).build());
    }

    @Test
    void countsAreCheckedBeforeAllocation() {
        TensorProto good = TensorWriter.dense("w", Tensor.of(VALUES, 2, 3));
        malformed("needs 36 bytes", good.toBuilder().setDims(1, 3).setDims(0, 3).build());
        malformed("2^31-1 elements", good.toBuilder().setDims(0, 1 << 20).setDims(1, 1 << 20).build());
        malformed("extent of -2", good.toBuilder().setDims(0, -2).build());
        malformed("needs 8589934588 bytes", good.toBuilder().setDims(0, Integer.MAX_VALUE).setDims(1, 1).build());
        malformed("needs 6 elements, the file holds 0", good.toBuilder().clearRawData().build());
        malformed("unknown element type 99", good.toBuilder().setDataType(99).build());
        assertThatThrownBy(() -> model(good.toBuilder().setDataType(DataType.STRING_VALUE).build()).read()).isInstanceOf(Unsupported.class).hasMessageContaining("STRING");
    }

    @Test
    void weightsMustBeFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] values = VALUES.clone();
            values[4] = bad;
            assertThatThrownBy(() -> model(TensorWriter.dense("w", Tensor.of(values, 2, 3))).read())
                    .isInstanceOf(Invalid.class).hasMessageContaining("tensor w").hasMessageContaining("element 4");
        }
    }

    @Test
    void externalData() throws IOException {
        ByteBuffer bytes = bytes(8 + 24).putLong(-1);
        for (float v : VALUES) bytes.putFloat(v);
        Files.createDirectory(folder.resolve("parts"));
        Files.write(folder.resolve("parts/w.bin"), bytes.array());
        assertThat(weights(open(external("location", "parts/w.bin", "offset", "8")))).containsExactly(VALUES);
        assertThat(weights(open(external("location", "parts/w.bin", "offset", "8", "length", "24", "checksum", "?")))).containsExactly(VALUES);
        externalFails(Malformed.class, "has only 32", external("location", "parts/w.bin", "offset", "9"));
        externalFails(Malformed.class, "has only 32", external("location", "parts/w.bin", "offset", String.valueOf(Long.MAX_VALUE)));
        externalFails(Malformed.class, "its entry says 20", external("location", "parts/w.bin", "length", "20"));
        externalFails(Malformed.class, "negative offset", external("location", "parts/w.bin", "offset", "-1"));
        externalFails(Malformed.class, "no number", external("location", "parts/w.bin", "offset", "x"));
        externalFails(Malformed.class, "without a location", external("offset", "0"));
        externalFails(Failed.class, "missing", external("location", "parts/v.bin"));
        externalFails(Failed.class, "missing", external("location", "parts"));
    }

    /** The file's bytes fit, those beside it do not: no JVM makes an array of 2^31 - 1 elements. */
    @Test
    void externalDataThatDoesNotFit() throws IOException {
        TensorProto tensor = external("location", "hole").toBuilder().clearDims().addDims(Integer.MAX_VALUE).setDataType(DataType.UINT8_VALUE).build();
        try (RandomAccessFile hole = new RandomAccessFile(folder.resolve("hole").toFile(), "rw")) {
            hole.setLength(Integer.MAX_VALUE);
        } catch (IOException e) {
            assumeTrue(false, "no room for a file of 2 GB: " + e.getMessage());
        }
        externalFails(Failed.class, "not enough memory to read " + folder.resolve("model.onnx"), tensor);
        Path alone = Files.write(folder.resolve("tensor.pb"), tensor.toByteArray());
        assertThatThrownBy(() -> TensorFile.read(alone)).isInstanceOf(Failed.class).hasMessageContaining("not enough memory to read " + alone);
    }

    @Test
    void externalDataStaysInItsFolder() throws IOException {
        Path secret = Files.write(folder.resolve("secret"), new byte[24]), inner = Files.createDirectory(folder.resolve("model"));
        for (String location : List.of("../secret", secret.toString(), "a/../../secret", "..\\secret", "C:secret", "", ".", "a\0b"))
            assertThatThrownBy(() -> new OnnxFormat().read(model(external("location", location)).save(inner), Map.of())).as(location).isInstanceOf(Malformed.class);
        Files.createSymbolicLink(inner.resolve("link"), secret);
        assertThatThrownBy(() -> new OnnxFormat().read(model(external("location", "link")).save(inner), Map.of())).isInstanceOf(Malformed.class).hasMessageContaining("outside");
    }

    private Graph open(TensorProto external) { return new OnnxFormat().read(model(external).save(folder), Map.of()).graph(); }

    private void externalFails(Class<? extends LacewingException> kind, String message, TensorProto tensor) {
        assertThatThrownBy(() -> open(tensor)).isInstanceOf(kind).hasMessageContaining(message);
    }

    private static void malformed(String message, TensorProto tensor) {
        assertThatThrownBy(() -> model(tensor).read()).isInstanceOf(Malformed.class).hasMessageContaining("tensor w").hasMessageContaining(message);
    }

    private static void sparseFails(String message, SparseTensorProto tensor) {
        assertThatThrownBy(() -> base().sparse(tensor).read()).isInstanceOf(Malformed.class).hasMessageContaining("sparse tensor w").hasMessageContaining(message);
    }

    private static TensorProto external(String... entries) {
        TensorProto.Builder t = proto(DataType.FLOAT).setDataLocation(DataLocation.EXTERNAL);
        for (int i = 0; i < entries.length; i += 2) t.addExternalDataBuilder().setKey(entries[i]).setValue(entries[i + 1]);
        return t.build();
    }

    /** {@link #VALUES}, if the indices are right. */
    private static SparseTensorProto sparse(long... indices) {
        return SparseTensorProto.newBuilder().addDims(2).addDims(3).setValues(TensorWriter.dense("w", Tensor.of(new float[] {1, -2, 0.5f, 4}, 4)))
                .setIndices(TensorWriter.integers("i", indices)).build();
    }

    private static TensorProto.Builder proto(DataType type) { return TensorProto.newBuilder().setName("w").addDims(2).addDims(3).setDataType(type.getNumber()); }

    private static TensorProto.Builder raw(DataType type, ByteBuffer bytes) { return proto(type).setRawData(ByteString.copyFrom(bytes.array())); }

    private static ByteBuffer bytes(int size) { return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN); }

    private static ModelBuilder base() { return new ModelBuilder(13).input("x", 1, 3).node("Gemm", "x w", "y", Protos.integer("transB", 1)).output("y"); }

    private static ModelBuilder model(TensorProto weight) { return base().tensor(weight); }

    private static float[] weights(Graph graph) { return ((Op.Gemm) graph.nodes().getLast().op()).weight().values(); }
}

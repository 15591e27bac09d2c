package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lacewing.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tensors to protobuf, their values as raw little-endian bytes. */
final class TensorWriter {
    /** A tensor with fewer non-zeros than one in this many is written dense: the reader distrusts few bytes that expand to many. */
    private static final int LEAST_DENSITY = 512;

    private TensorWriter() {}

    static TensorProto dense(String name, Tensor t) {
        TensorProto.Builder proto = TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE).setRawData(raw(t.values()));
        for (int d : t.shape().dims()) proto.addDims(d);
        return proto.build();
    }

    static TensorProto integers(String name, long... values) {
        return TensorProto.newBuilder().setName(name).setDataType(DataType.INT64_VALUE).addDims(values.length).setRawData(raw(values)).build();
    }

    /** COO with indices into the row-major elements. The values' name is the initializer's. */
    static SparseTensorProto sparse(String name, Tensor t) {
        int nonzeros = t.nonzeros();
        float[] values = new float[nonzeros];
        long[] indices = new long[nonzeros];
        for (int i = 0, k = 0; i < t.size(); i++)
            if (t.values()[i] != 0) {
                indices[k] = i;
                values[k++] = t.values()[i];
            }
        SparseTensorProto.Builder proto = SparseTensorProto.newBuilder().setValues(dense(name, Tensor.of(values, nonzeros)));
        for (int d : t.shape().dims()) proto.addDims(d);
        return proto.setIndices(integers(name + ".indices", indices)).build();
    }

    /** Whether {@code t} has at least the share {@code from} of zeros and can be written sparse. */
    static boolean isSparse(Tensor t, double from) {
        return t.shape().rank() >= 2 && t.sparsity() >= from && t.nonzeros() > 0 && t.nonzeros() >= t.size() / LEAST_DENSITY;
    }

    private static ByteString raw(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static ByteString raw(long[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}

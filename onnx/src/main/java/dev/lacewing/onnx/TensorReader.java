package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.onnx.Literal.Floats;
import dev.lacewing.onnx.Literal.Ints;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Protobuf tensors to literals. Element counts are checked against the bytes present before anything is allocated. */
record TensorReader(ExternalData external, Budget budget) {
    private interface FloatAt {
        float at(int i);
    }

    /** Floating-point types become fp32, integers and booleans int64. */
    Literal read(TensorProto t, String name) {
        String who = "tensor " + name;
        List<Integer> dims = dims(t.getDimsList(), who);
        int count = Literal.count(dims, who);
        if (t.hasSegment()) throw new Unsupported(who + " is stored in segments: save the model with whole tensors");
        DataType type = type(t, who);
        ByteBuffer raw = raw(t, who, (long) count * width(type));
        if (raw == null && listed(t, type) != count)
            throw new Malformed(who + " of shape " + dims + " needs " + count + " elements, the file holds " + listed(t, type));
        return switch (type) {
            case FLOAT -> floats(dims, count, raw == null ? t::getFloatData : i -> raw.getFloat(4 * i));
            case DOUBLE -> floats(dims, count, i -> (float) (raw == null ? t.getDoubleData(i) : raw.getDouble(8 * i)));
            case FLOAT16 -> floats(dims, count, i -> Float.float16ToFloat(raw == null ? (short) t.getInt32Data(i) : raw.getShort(2 * i)));
            case BFLOAT16 -> floats(dims, count, i -> Float.intBitsToFloat((raw == null ? t.getInt32Data(i) : raw.getShort(2 * i)) << 16));
            case INT64 -> ints(dims, count, raw == null ? t::getInt64Data : i -> raw.getLong(8 * i));
            case INT32 -> ints(dims, count, i -> raw == null ? t.getInt32Data(i) : raw.getInt(4 * i));
            case INT16 -> ints(dims, count, i -> raw == null ? t.getInt32Data(i) : raw.getShort(2 * i));
            case UINT16 -> ints(dims, count, i -> (raw == null ? t.getInt32Data(i) : raw.getShort(2 * i)) & 0xFFFF);
            case INT8 -> ints(dims, count, i -> raw == null ? t.getInt32Data(i) : raw.get(i));
            case UINT8 -> ints(dims, count, i -> (raw == null ? t.getInt32Data(i) : raw.get(i)) & 0xFF);
            case BOOL -> ints(dims, count, i -> (raw == null ? t.getInt32Data(i) : raw.get(i)) != 0 ? 1 : 0);
            default -> throw unsupported(type, who);
        };
    }

    /** COO to dense: indices [nnz] into the row-major elements, or [nnz, rank]; ascending, as the format demands. */
    Floats read(SparseTensorProto s, String name) {
        String who = "sparse tensor " + name;
        List<Integer> dims = dims(s.getDimsList(), who);
        int count = Literal.count(dims, who);
        if (!(read(s.getValues(), name) instanceof Floats stored)) throw new Unsupported(who + " does not hold floating-point values");
        if (!(read(s.getIndices(), name + " (indices)") instanceof Ints indices)) throw new Malformed(who + " has indices that are no integers");
        int nonzeros = stored.size(), rank = dims.size();
        boolean linear = indices.dims().equals(List.of(nonzeros)), coordinates = indices.dims().equals(List.of(nonzeros, rank));
        if (stored.dims().size() != 1 || !linear && !coordinates)
            throw new Malformed(who + ": expected indices of shape [" + nonzeros + "] or [" + nonzeros + ", " + rank + "], got " + indices.dims());
        float[] dense = new float[budget.claim(count, who)];
        long previous = -1;
        for (int i = 0; i < nonzeros; i++) {
            long at = linear ? indices.values()[i] : linear(indices.values(), i * rank, dims, who);
            if (at <= previous || at >= count) throw new Malformed(who + " has index " + at + " after " + previous + ": indices must ascend and stay below " + count);
            dense[(int) at] = stored.values()[i];
            previous = at;
        }
        return new Floats(dims, dense);
    }

    private static long linear(long[] indices, int from, List<Integer> dims, String who) {
        long at = 0;
        for (int a = 0; a < dims.size(); a++) {
            long index = indices[from + a];
            if (index < 0 || index >= dims.get(a)) throw new Malformed(who + " has index " + index + " on axis " + a + " of extent " + dims.get(a));
            at = at * dims.get(a) + index;
        }
        return at;
    }

    private @Nullable ByteBuffer raw(TensorProto t, String who, long bytes) {
        if (t.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            if (bytes > Integer.MAX_VALUE) throw new Unsupported(who + " needs " + bytes + " bytes: at most 2 GB are supported");
            return external.read(t, who, bytes);
        }
        if (!t.hasRawData()) return null;
        if (t.getRawData().size() != bytes) throw new Malformed(who + " needs " + bytes + " bytes, the file holds " + t.getRawData().size());
        return t.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static DataType type(TensorProto t, String who) {
        DataType type = DataType.forNumber(t.getDataType());
        if (type == null || type == DataType.UNDEFINED) throw new Malformed(who + " has the unknown element type " + t.getDataType());
        if (width(type) == 0) throw unsupported(type, who);
        return type;
    }

    private static Unsupported unsupported(DataType type, String who) {
        return new Unsupported(who + " has element type " + type + ": save the model in fp32");
    }

    /** Bytes for one element; 0 for types that are not read. */
    private static int width(DataType type) {
        return switch (type) {
            case INT64, DOUBLE -> 8;
            case FLOAT, INT32 -> 4;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
            case INT8, UINT8, BOOL -> 1;
            default -> 0;
        };
    }

    private static int listed(TensorProto t, DataType type) {
        return switch (type) {
            case FLOAT -> t.getFloatDataCount();
            case DOUBLE -> t.getDoubleDataCount();
            case INT64 -> t.getInt64DataCount();
            default -> t.getInt32DataCount();
        };
    }

    private static List<Integer> dims(List<Long> dims, String who) {
        Literal.count(dims, who);
        return dims.stream().map(Long::intValue).toList();
    }

    private static Floats floats(List<Integer> dims, int count, FloatAt value) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = value.at(i);
        return new Floats(dims, values);
    }

    private static Ints ints(List<Integer> dims, int count, IntToLongFunction value) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) values[i] = value.applyAsLong(i);
        return new Ints(dims, values);
    }
}

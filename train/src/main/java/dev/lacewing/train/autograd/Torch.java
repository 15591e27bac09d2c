package dev.lacewing.train.autograd;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.lacewing.error.LacewingException.Failed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** The library's own: starting it, arrays in and out. */
final class Torch {
    private Torch() {}

    /**
     * Loads the library quietly: no log, no telemetry, nothing fetched. What the user has set is left as it is.
     *
     * @throws Failed if it is not there for this machine
     */
    static PtNDManager start() {
        quiet("slf4j.internal.verbosity", "ERROR");
        quiet("OPT_OUT_TRACKING", "true");
        quiet("ai.djl.offline", "true");
        try {
            return (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
        } catch (RuntimeException | LinkageError e) {
            String machine = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
            throw new Failed("training needs the native library of PyTorch, which does not load on this machine (" + machine + "): " + e.getMessage()
                    + "; Lacewing brings that for Linux on x86-64, for another machine put ai.djl.pytorch:pytorch-native-cpu:2.7.1 with its classifier"
                    + " (osx-aarch64, linux-aarch64, win-x86_64) on the class path", e);
        }
    }

    static ai.djl.ndarray.types.Shape shape(int... dims) {
        long[] longs = new long[dims.length];
        for (int i = 0; i < dims.length; i++) longs[i] = dims[i];
        return new Shape(longs);
    }

    static long[] dims(dev.lacewing.tensor.Shape shape) { return shape.dims().stream().mapToLong(Integer::longValue).toArray(); }

    /** Memory of an array's own. */
    static ByteBuffer buffer(int floats) { return ByteBuffer.allocateDirect(4 * floats).order(ByteOrder.nativeOrder()); }

    /** An array that reads and writes {@code memory}, which must outlive it. */
    static PtNDArray view(PtNDManager manager, ByteBuffer memory, dev.lacewing.tensor.Shape shape) {
        return JniUtils.createNdFromByteBuffer(manager, memory, new Shape(dims(shape)), DataType.FLOAT32, SparseFormat.DENSE, Device.cpu());
    }

    static PtNDArray array(PtNDManager manager, float[] values, dev.lacewing.tensor.Shape shape) {
        ByteBuffer memory = buffer(values.length);
        memory.asFloatBuffer().put(values);
        return view(manager, memory, shape);
    }

    static void read(PtNDArray array, float[] into) { floats(array, into.length).get(into); }

    static float[] read(PtNDArray array) {
        float[] values = new float[Math.toIntExact(array.size())];
        read(array, values);
        return values;
    }

    private static FloatBuffer floats(PtNDArray array, int expected) {
        FloatBuffer floats = JniUtils.getByteBuffer(array, true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        if (floats.remaining() != expected) throw new IllegalStateException("expected " + expected + " values, got " + floats.remaining());
        return floats;
    }

    private static void quiet(String property, String value) {
        if (System.getProperty(property) == null) System.setProperty(property, value);
    }
}

package dev.lacewing.archive;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a network, numbered in the order of their first use. One that ops share, as one object, is stored once and shared again when read. */
final class TensorTable {
    /** Values that a file may hold, zeros that take no place included: any that has no more than {@code MOST}, and {@code PER_BYTE} for each of its bytes. */
    private static final long MOST = 1 << 28, PER_BYTE = 16;

    private final Map<Tensor, Integer> numbers = new IdentityHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<TensorForm> forms = new ArrayList<>();

    int number(Tensor tensor) {
        Integer known = numbers.putIfAbsent(tensor, tensors.size());
        if (known != null) return known;
        tensors.add(tensor);
        forms.add(TensorForm.smallest(tensor));
        return tensors.size() - 1;
    }

    long bytes() {
        long bytes = 4;
        for (int i = 0; i < tensors.size(); i++) bytes += head(i).length + forms.get(i).bytes();
        return bytes;
    }

    /** @throws Invalid if nobody could read it again */
    void write(OutputStream out) throws IOException {
        long values = tensors.stream().mapToLong(Tensor::size).sum();
        if (values > most(bytes())) throw new Invalid("the network has " + values + " weights, nearly all of them zero; a compiled file holds " + most(bytes()) + ": keep the ONNX file");
        out.write(new Sink().i32(tensors.size()).toByteArray());
        for (int i = 0; i < tensors.size(); i++) {
            out.write(head(i));
            forms.get(i).write(tensors.get(i), out);
        }
    }

    private byte[] head(int i) { return new Sink().ints(tensors.get(i).shape().dims()).u8(forms.get(i).height()).toByteArray(); }

    static List<Tensor> read(Source in) {
        long left = most(in.remaining());
        int count = in.count("tensors");
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Shape shape = shape(in);
            left -= shape.size();
            if (left < 0) throw in.malformed("its tensors have more values than a file of its size can hold");
            int height = in.u8();
            if (!TensorForm.isHeight(height)) throw in.malformed("tensor " + i + " is in blocks of " + height + " rows");
            tensors.add(TensorForm.read(in, shape, height));
        }
        in.end();
        return tensors;
    }

    private static long most(long bytes) { return Math.max(MOST, PER_BYTE * bytes); }

    static Shape shape(Source in) {
        try {
            return new Shape(in.ints());
        } catch (Invalid e) {
            throw in.malformed(String.valueOf(e.getMessage()));
        }
    }
}

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

    void write(OutputStream out) throws IOException {
        out.write(new Sink().i32(tensors.size()).toByteArray());
        for (int i = 0; i < tensors.size(); i++) {
            out.write(head(i));
            forms.get(i).write(tensors.get(i), out);
        }
    }

    private byte[] head(int i) { return new Sink().ints(tensors.get(i).shape().dims()).u8(forms.get(i).height()).toByteArray(); }

    static List<Tensor> read(Source in) {
        int count = in.count("tensors");
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Shape shape = shape(in);
            int height = in.u8();
            if (!TensorForm.isHeight(height)) throw in.malformed("tensor " + i + " is in blocks of " + height + " rows");
            tensors.add(TensorForm.read(in, shape, height));
        }
        in.end();
        return tensors;
    }

    static Shape shape(Source in) {
        try {
            return new Shape(in.ints());
        } catch (Invalid e) {
            throw in.malformed(String.valueOf(e.getMessage()));
        }
    }
}

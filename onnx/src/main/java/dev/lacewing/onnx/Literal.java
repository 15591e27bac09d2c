package dev.lacewing.onnx;

import dev.lacewing.error.LacewingException.Malformed;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A tensor known at load: weights, or the integers of shape arithmetic (int64, int32, bool and the small integers alike). Row-major. Unlike in a
 * {@link dev.lacewing.tensor.Shape}, extents may be 0. Arrays are shared and never written to.
 */
sealed interface Literal {
    List<Integer> dims();

    int size();

    Literal reshaped(List<Integer> dims);

    /** Element i of the result is element {@code from[i]} of this. */
    Literal gather(List<Integer> dims, int[] from);

    record Floats(List<Integer> dims, float[] values) implements Literal {
        public Floats { dims = List.copyOf(dims); }

        @Override
        public int size() { return values.length; }

        @Override
        public Floats reshaped(List<Integer> to) { return new Floats(to, values); }

        @Override
        public Floats gather(List<Integer> to, int[] from) {
            float[] picked = new float[from.length];
            for (int i = 0; i < from.length; i++) picked[i] = values[from[i]];
            return new Floats(to, picked);
        }
    }

    record Ints(List<Integer> dims, long[] values) implements Literal {
        public Ints { dims = List.copyOf(dims); }

        static Ints vector(long... values) { return new Ints(List.of(values.length), values); }

        @Override
        public int size() { return values.length; }

        @Override
        public Ints reshaped(List<Integer> to) { return new Ints(to, values); }

        @Override
        public Ints gather(List<Integer> to, int[] from) { return new Ints(to, IntStream.of(from).mapToLong(i -> values[i]).toArray()); }
    }

    /** @throws Malformed if an extent is negative or the product does not fit an {@code int} */
    static int count(List<? extends Number> dims, String who) {
        long product = 1;
        boolean empty = false;
        for (Number n : dims) {
            long d = n.longValue();
            if (d < 0 || d > Integer.MAX_VALUE) throw new Malformed(who + " has an extent of " + d + " in its shape " + dims);
            empty |= d == 0;
            product *= Math.max(d, 1);
            if (product > Integer.MAX_VALUE) throw new Malformed(who + " has more than 2^31-1 elements: shape " + dims);
        }
        return empty ? 0 : (int) product;
    }

    /** Elements between neighbours along each axis. */
    static int[] strides(List<Integer> dims) {
        int[] strides = new int[dims.size()];
        for (int a = dims.size() - 1, stride = 1; a >= 0; stride *= Math.max(dims.get(a), 1), a--) strides[a] = stride;
        return strides;
    }

    /** For every element of a tensor of shape {@code dims}, in order: {@code start + sum(index[a] * steps[a])}. */
    static int[] walk(List<Integer> dims, int start, int[] steps) {
        int count = count(dims, "a constant");
        int[] at = new int[count], index = new int[dims.size()];
        for (int i = 0, position = start; i < count; i++) {
            at[i] = position;
            for (int a = dims.size() - 1; a >= 0; a--) {
                position += steps[a];
                if (++index[a] < dims.get(a)) break;
                position -= steps[a] * dims.get(a);
                index[a] = 0;
            }
        }
        return at;
    }
}

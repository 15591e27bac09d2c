package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A function of each element of CHANNELS planes, each one flat run of VECTORS vectors. Y may be X or Z. Z and Z_PLANE are the second operand's, TABLE the
 * values for each channel, MASK (masked programs only) is indexed like a plane; a program reads only the slots that its function needs.
 */
public final class Elementwise {
    public static final int X = 0, Y = 1, CHANNELS = 2, VECTORS = 3, X_PLANE = 4, Y_PLANE = 5, Z = 6, Z_PLANE = 7, TABLE = 8, MASK = 9;

    private final ProgramBuilder b;
    private final ElementFunction function;
    private final boolean masked;

    private Elementwise(ProgramBuilder b, ElementFunction function, boolean masked) {
        this.b = b;
        this.function = function;
        this.masked = masked;
    }

    public static Program program(ElementFunction function, boolean masked, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        new Elementwise(b, function, masked).planes();
        return b.build(name(function, masked));
    }

    private static String name(ElementFunction function, boolean masked) {
        return switch (function) {
            case ElementFunction.Apply(Epilogue epilogue) -> "apply" + Finish.name(epilogue, masked);
            case ElementFunction.Affine() -> "affine" + Finish.name(Epilogue.NONE, masked);
            case ElementFunction.Binary(var what, Epilogue epilogue) -> what.name().toLowerCase(Locale.ROOT) + Finish.name(epilogue, masked);
            case ElementFunction.PRelu() -> "prelu" + Finish.name(Epilogue.NONE, masked);
            case ElementFunction.Scale() -> "scale" + Finish.name(Epilogue.NONE, masked);
        };
    }

    private interface Body {
        /** Replaces v, the vector of X at {@code disp}; {@code z} points to the second operand. */
        void apply(Vec v, @Nullable Ptr z, int disp);
    }

    private void planes() {
        Ptr x = b.argument(X), y = b.argument(Y), z = function instanceof ElementFunction.Binary ? b.argument(Z) : null;
        Ptr table = tableFloats() > 0 ? b.argument(TABLE) : null;
        Body constant = table == null ? body(null) : null;
        b.loop(b.count(CHANNELS), 1, () -> {
            Body body = constant != null ? constant : body(table);
            Ptr in = b.copy(x), out = b.copy(y), other = z == null ? null : b.copy(z), mask = masked ? b.argument(MASK) : null;
            b.unrolled(b.count(VECTORS), isCheap() ? 4 : 1, vectors -> vectors(vectors, body, in, out, other, mask));
            b.advanceByArgument(x, X_PLANE);
            b.advanceByArgument(y, Y_PLANE);
            if (z != null) b.advanceByArgument(z, Z_PLANE);
            if (table != null) b.advance(table, Float.BYTES * tableFloats());
        });
    }

    private void vectors(int vectors, Body body, Ptr in, Ptr out, @Nullable Ptr other, @Nullable Ptr mask) {
        for (int u = 0; u < vectors; u++) {
            int disp = u * b.vectorBytes();
            b.scope(() -> {
                Vec v = b.load(in, disp);
                body.apply(v, other, disp);
                if (mask != null) b.and(v, v, b.load(mask, disp));
                b.store(v, out, disp);
            });
        }
        b.advance(in, vectors * b.vectorBytes());
        b.advance(out, vectors * b.vectorBytes());
        if (other != null) b.advance(other, vectors * b.vectorBytes());
        if (mask != null) b.advance(mask, vectors * b.vectorBytes());
    }

    private int tableFloats() {
        return switch (function) {
            case ElementFunction.PRelu _, ElementFunction.Scale _ -> 1;
            case ElementFunction.Affine _ -> 2;
            case ElementFunction.Apply _, ElementFunction.Binary _ -> 0;
        };
    }

    /** Bound by memory: worth taking four vectors at a time. */
    private boolean isCheap() {
        return switch (function) {
            case ElementFunction.Apply(Epilogue e) -> isCheap(e);
            case ElementFunction.Binary(var what, Epilogue e) -> isCheap(e);
            case ElementFunction.PRelu _, ElementFunction.Scale _, ElementFunction.Affine _ -> true;
        };
    }

    private static boolean isCheap(Epilogue e) { return !(e instanceof Epilogue.Sigmoid || e instanceof Epilogue.Swish || e instanceof Epilogue.Tanh); }

    /** Takes registers for constants and, where there is a table, this channel's values. */
    private Body body(@Nullable Ptr table) {
        return switch (function) {
            case ElementFunction.Apply(Epilogue epilogue) -> {
                Finish finish = new Finish(b, epilogue, 2);
                yield (v, _, _) -> finish.apply(v);
            }
            case ElementFunction.PRelu() -> {
                Vec slope = value(table, 0);
                yield (v, _, _) -> Finish.prelu(b, v, slope);
            }
            case ElementFunction.Scale() -> {
                Vec s = value(table, 0);
                yield (v, _, _) -> b.mul(v, v, s);
            }
            case ElementFunction.Affine() -> {
                Vec s = value(table, 0), t = value(table, 1);
                yield (v, _, _) -> b.scope(() -> {
                    Vec sum = b.copy(t);
                    b.fma(sum, v, s);
                    b.copy(v, sum);
                });
            }
            case ElementFunction.Binary(var what, Epilogue epilogue) -> {
                Finish finish = new Finish(b, epilogue);
                yield (v, z, disp) -> b.scope(() -> {
                    if (z != null) b.binary(what, v, v, b.load(z, disp));
                    finish.apply(v);
                });
            }
        };
    }

    private Vec value(@Nullable Ptr table, int index) {
        if (table == null) throw new IllegalStateException("no table for " + function);
        return b.splat(table, Float.BYTES * index);
    }
}

package dev.lacewing.plan;

import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.kernel.Baked;
import dev.lacewing.kernel.ElementFunction;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.KernelCatalogue.Family;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.kernel.KernelCatalogue;
import dev.lacewing.kernel.Strips;
import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.program.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Predicts the time of kernels on one thread of one machine, in nanoseconds, from rates that were measured there: {@code docs/cost-model.md} says how. A kernel is
 * two nested loops; its time is a constant for each call, a constant for each turn of the outer loop and one for each turn of the inner loop, which is larger where
 * the inner loop's data come from beyond the first cache. What comes from beyond the second cache is charged by the byte.
 *
 * @param origin where the rates are from, for a person
 * @param machine that the kernels are built for
 * @param rates by kernel, see the functions that make the names
 */
public record CostModel(String origin, Machine machine, Map<String, Rate> rates) {
    /** What the first cache is taken to hold of the input, beside weights and results, and what the second holds. */
    private static final long FIRST = 24 << 10, SECOND = 1 << 20;

    /** Where a multiply-add takes one operand as a broadcast: elsewhere a weight as code takes an instruction of its own. */
    private static final int BAKED_LANES = 16;

    /** The origin of the rates that Lacewing brings along. */
    public static final String SHIPPED = "shipped with Lacewing";

    /** Beyond the second cache, for each byte: inner what was used a moment ago, far all else. */
    public static final String MEMORY = "memory";

    /** Plain Java, for each element written. */
    public static final String GENERAL = "general";

    /** Copying an image into padded planes: outer for each row, inner for each vector. */
    public static final String STAGE = "stage";

    /** The mean of planes: their vectors added up, then the lanes of each sum. */
    public static final String PLANE_SUM = "plane-sum", LANE_SUM = "lane-sum";

    /** For a tap and a vector. */
    public static final String POOL = "pool";

    /** Multiplying packed weights by factors: for a weight. */
    public static final String SCALE_STREAM = "scale-stream";

    /** A pattern as code, where {@link #bakesPatterns}: call for each row, outer for each column, inner for each non-zero; far where the code comes from the second cache. */
    public static final String BAKED = "baked";

    public static final String FULLY_CONNECTED = "fully-connected";

    /**
     * Nanoseconds.
     *
     * @param call for each call of the kernel
     * @param outer for each turn of its outer loop: block rows and tiles (matrix), strips (depthwise), planes
     * @param inner for each turn of its inner loop: blocks (matrix), rows (depthwise), vectors; data in the first cache
     * @param far as {@code inner}, data in the second cache
     */
    public record Rate(double call, double outer, double inner, double far) {
        double nanos(long calls, long turns, long innerTurns) { return call * calls + outer * turns + inner * innerTurns; }
    }

    /** One of each kind of pass, all of which have rates; without an epilogue. */
    public static final List<ElementFunction> PASSES = List.of(new ElementFunction.Apply(Epilogue.NONE), new ElementFunction.PRelu(), new ElementFunction.Scale(),
            new ElementFunction.Affine(), new ElementFunction.Binary(Arithmetic.ADD, Epilogue.NONE));

    /** One of each kind of epilogue, all of which have rates: for each vector of results, beyond storing it. A clamp is part of the kernels' own rates. */
    public static final List<Epilogue> EPILOGUES = List.of(new Epilogue.Range(-1, 1), new Epilogue.LeakyRelu(0.1f), new Epilogue.Sigmoid(),
            new Epilogue.HardSigmoid(0.2f, 0.5f), new Epilogue.HardSwish(), new Epilogue.Swish(), new Epilogue.Tanh());

    public CostModel { rates = Collections.unmodifiableMap(new TreeMap<>(rates)); }

    /** The name of a matrix kernel's rate. On another machine than one lane, products with vectors have kernels of one lane. */
    public static String name(Variant v, int lanes) { return (lanes == 1 ? "scalar-" : "") + v.name(); }

    /** The name of the rate of sparse weights times a vector, in blocks of as many rows as a vector has lanes. */
    public static String sparseVectorName(int rows) { return FULLY_CONNECTED + "-sparse" + rows; }

    /** The name of the rate of a depthwise strip so many vectors wide. */
    public static String depthwiseName(int kernel, int stride, int width) { return "depthwise" + kernel + "x" + kernel + "s" + stride + "w" + width; }

    /** The name of the rate of a depthwise kernel for planes of a few rows: outer for each plane, inner for each row. */
    public static String planeName(int kernel, int stride, int width, boolean halved) { return depthwiseName(kernel, stride, width) + (halved ? "-halved" : "-plane"); }

    public static String name(Epilogue epilogue) { return "store-" + epilogue.getClass().getSimpleName().toLowerCase(Locale.ROOT); }

    /** The name of an element-wise pass's rate. */
    public static String name(ElementFunction function) { return "pass-" + function.getClass().getSimpleName().toLowerCase(Locale.ROOT); }

    /** Patterns may become code there. */
    public static boolean bakesPatterns(Machine machine) { return machine.bakes() && machine.lanes() == BAKED_LANES; }

    /** Has the rates that planning for a machine asks for; kernels that the catalogue got since are guessed from their like. */
    public boolean isCompleteFor(Machine wanted) {
        return machine.equals(wanted) && (!bakesPatterns(machine) || rates.containsKey(BAKED)) && rates.keySet().containsAll(List.of(SCALE_STREAM, MEMORY, GENERAL, STAGE, PLANE_SUM, LANE_SUM, POOL, FULLY_CONNECTED))
                && PASSES.stream().allMatch(p -> rates.containsKey(name(p))) && KernelCatalogue.spmm(machine).stream().anyMatch(v -> rates.containsKey(name(v, machine.lanes())))
                && KernelCatalogue.spmm(Machine.SCALAR).stream().anyMatch(v -> rates.containsKey(name(v, 1)))
                && IntStream.of(4, 8, 16).allMatch(n -> n > machine.lanes() || rates.containsKey(sparseVectorName(n)))
                && EPILOGUES.stream().allMatch(e -> rates.containsKey(name(e)))
                && IntStream.of(3, 5).allMatch(k -> rates.containsKey(depthwiseName(k, 1, 1)) && rates.containsKey(depthwiseName(k, 2, 1)));
    }

    Rate rate(Variant v, int lanes) {
        Rate known = rates.get(name(v, lanes));
        return known != null ? known : unknown(v, lanes);
    }

    /** A shape that nobody measured: as the one with most multiply-adds to a block, in proportion. */
    private Rate unknown(Variant v, int lanes) {
        Rate best = null;
        double most = 0;
        for (Variant other : KernelCatalogue.spmm(lanes == machine.lanes() ? machine : Machine.ofLanes(lanes))) {
            Rate rate = rates.get(name(other, lanes));
            double size = other.rows() * other.vectors();
            if (rate == null || size <= most) continue;
            most = size;
            best = rate;
        }
        if (best == null) throw new Malformed("the cost table from " + origin + " has no rate for " + name(v, lanes) + " or its like");
        double share = v.rows() * v.vectors() / most;
        return new Rate(best.call, best.outer * share, best.inner * share, best.far * share);
    }

    private Rate rate(String name) {
        Rate known = rates.get(name);
        if (known == null) throw new Malformed("the cost table from " + origin + " has no rate for " + name + ": have it made anew");
        return known;
    }

    /**
     * A matrix product, tile by tile as {@link ProductLowering} splits it, the widest kernel first.
     *
     * @param rows of a block
     * @param strided dense and in order: rows that fill blocks need no offsets and go to the dense kernels
     * @param vectors of pixels in a plane
     */
    double product(Matrix m, boolean sparse, int rows, boolean strided, int vectors) { return product(m, sparse, rows, strided, vectors, machine); }

    private double product(Matrix m, boolean sparse, int rows, boolean strided, int vectors, Machine on) {
        double nanos = 0;
        long bytes = 0;
        for (Matrix.Blocks b : m.blocksBySize(rows, sparse)) {
            Family family = strided && !sparse && b.size() == rows ? Family.GEMM : Family.SPMM;
            nanos += blocks(family, b, m, vectors, on);
            bytes += b.blocks() * 4 * (family == Family.SPMM ? 1 + b.size() : b.size());
        }
        return nanos + fetch(bytes);
    }

    private double blocks(Family family, Matrix.Blocks b, Matrix m, int vectors, Machine on) {
        double nanos = 0;
        int left = vectors;
        for (Variant v : KernelCatalogue.of(family, b.size(), on)) {
            int tiles = left / v.vectors();
            if (tiles == 0) continue;
            left -= tiles * v.vectors();
            Rate rate = rate(v, on.lanes());
            double missed = missed(4 * m.reach(v.pixels(on)));
            nanos += rate.call + tiles * (rate.outer * b.rows() + b.blocks() * (rate.inner + (rate.far - rate.inner) * missed));
        }
        return nanos;
    }

    /** Share of the reads that go beyond the first cache when so many bytes are read again and again. */
    public static double missed(long bytes) { return bytes <= FIRST ? 0 : 1 - (double) FIRST / bytes; }

    /** One block row times one vector, as in {@link #sparseVector}: to share the work. */
    double vectorBlockRow(int rows, boolean vector, int blocks) {
        Rate rate = vector ? rate(sparseVectorName(rows)) : rate(KernelCatalogue.of(Family.SPMM, rows, Machine.SCALAR).getLast(), 1);
        return rate.outer + blocks * rate.inner;
    }

    /** One block row over one tile: to share the work. */
    double blockRow(boolean sparse, int rows, int blocks) {
        Rate rate = rate(KernelCatalogue.of(sparse ? Family.SPMM : Family.GEMM, rows, machine).getFirst(), machine.lanes());
        return rate.outer + blocks * (rate.inner + rate.far) / 2;
    }

    /** A product whose pattern is code; {@code rows} of the largest tile. Its code is read for each vector of pixels, from the second cache where it is longer than the first holds. */
    double baked(Matrix m, int rows, int vectors) {
        long nonzeros = m.nonzeros(), columns = m.usedColumns(rows);
        double bytes = (double) Baked.Pattern.codeBytes(m.rows(), columns, nonzeros), missed = missed((long) (bytes / m.tiles(rows)));
        Rate rate = rate(BAKED);
        return vectors * (nonzeros * (rate.inner + (rate.far - rate.inner) * missed) + columns * rate.outer + m.rows() * rate.call) + fetch((long) bytes + 4 * nonzeros);
    }

    /** One tile of channels over one vector: to share the work. */
    double bakedTile(int rows, long nonzeros, long columns) {
        Rate rate = rate(BAKED);
        return nonzeros * rate.inner + columns * rate.outer + rows * rate.call;
    }

    /**
     * Sparse weights times vectors, one after the other: the weights are read for each, from beyond the caches or from where the first left them.
     *
     * @param vector a block's weights are one vector; else the product is done on one lane, as is that of rows that do not fill a block
     */
    double sparseVector(Matrix m, int rows, boolean vector, int vectors) {
        double nanos = 0;
        long bytes = 0;
        for (Matrix.Blocks b : m.blocksBySize(rows, true)) {
            nanos += vector && b.size() == rows ? rate(sparseVectorName(rows)).nanos(1, b.rows(), b.blocks()) : blocks(Family.SPMM, b, m, 1, Machine.SCALAR);
            bytes += b.blocks() * 4 * (1 + b.size());
        }
        return Math.max(vectors * nanos, fetch(bytes <= SECOND ? bytes : vectors * bytes));
    }

    /** Dense weights times vectors: a tile of weights is read once, from beyond the caches, and meets all vectors. */
    double fullyConnected(long outputs, long depth, int vectors) {
        Rate rate = rate(FULLY_CONNECTED);
        long tiles = Math.ceilDiv(outputs, 4L * machine.lanes()), turns = tiles * vectors;
        return Math.max(rate.nanos(vectors == 1 ? 1 : turns, turns, turns * depth), fetch(4 * tiles * 4 * machine.lanes() * depth));
    }

    /** Planes of few rows, whose walk is code of its own, by vectors of all lanes or of half as many. */
    double depthwisePlane(int kernel, int stride, int width, boolean halved, long planes, long rows) {
        Rate own = rates.get(planeName(kernel, stride, width, halved));
        return own != null ? own.nanos(0, planes, planes * rows) : strip(kernel, stride, width, planes, planes, rows);
    }

    /** Planes cut into strips, each walked down {@code rows} rows. */
    double depthwise(int kernel, int stride, Strips strips, long planes, long rows) {
        return strip(kernel, stride, strips.width(), planes, planes * strips.wide(), rows) + strip(kernel, stride, strips.width() - 1, 0, planes * strips.narrow(), rows);
    }

    private double strip(int kernel, int stride, int width, long planes, long strips, long rows) {
        if (planes == 0 && strips == 0) return 0;
        Rate own = rates.get(depthwiseName(kernel, stride, width));
        if (own != null) return own.nanos(planes, strips, strips * rows);
        return rate(depthwiseName(kernel, stride, 1)).nanos(planes, strips, strips * rows * width);
    }

    /** A pass over data in the second cache; {@code vectors} in a plane. */
    double pass(ElementFunction function, long planes, long vectors) {
        double epilogue = switch (function) {
            case ElementFunction.Apply(Epilogue e) -> epilogue(e, planes * vectors);
            case ElementFunction.Binary(var what, Epilogue e) -> epilogue(e, planes * vectors);
            case ElementFunction.PRelu() -> 0;
            case ElementFunction.Scale() -> 0;
            case ElementFunction.Affine() -> 0;
        };
        return pass(name(function), planes, vectors) + epilogue;
    }

    /** What is done to so many vectors of results before they are stored. */
    double epilogue(Epilogue epilogue, long vectors) {
        return epilogue instanceof Epilogue.None || epilogue instanceof Epilogue.Clamp ? 0 : vectors * rate(name(epilogue)).inner;
    }

    double pass(String name, long planes, long vectors) { return rate(name).nanos(1, planes, planes * vectors); }

    /** So many bytes that were not used for long: weights, an early activation. */
    double fetch(long bytes) { return bytes * rate(MEMORY).far; }

    /** An activation that a layer reads or writes: what the second cache does not hold of it. */
    double fetchPlanes(long bytes) { return Math.max(0, bytes - SECOND) * rate(MEMORY).inner; }

    double scaleStream(long weights) { return rate(SCALE_STREAM).nanos(1, 0, weights); }

    double general(long elements) { return rate(GENERAL).nanos(1, 0, elements); }

    /** Copying rows of pixels, padding included. */
    double stage(long rows, long vectors) { return rate(STAGE).nanos(0, rows, rows * vectors); }

    /**
     * The rates that Lacewing brings along for a way of running kernels: measured on one machine, fit to compare kernels with one another on its like.
     */
    public static CostModel shipped(Machine machine) { return shipped(machine.bakes() ? "x64" : "jvm", machine); }

    /** @param tier as {@code Tier.name}: {@code x64} has tables of its own */
    public static CostModel shipped(String tier, Machine machine) { return CostTable.read(shippedTable(tier, machine), SHIPPED, machine); }

    /** The text of {@link #shipped(String, Machine)}. */
    public static String shippedTable(String tier, Machine machine) {
        String name = (machine.code() == Machine.Code.WASM ? "wasm" : tier.equals("x64") ? "x64" : "jvm") + "-" + machine.lanes() + ".costs";
        try (InputStream in = CostModel.class.getResourceAsStream(name)) {
            if (in == null) throw new Malformed("the cost table " + name + " is missing from this build of Lacewing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Malformed("the cost table " + name + " of this build of Lacewing cannot be read", e);
        }
    }
}

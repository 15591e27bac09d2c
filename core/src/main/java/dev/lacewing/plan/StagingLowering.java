package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.general.Staging;
import dev.lacewing.general.Staging.Axis;
import dev.lacewing.kernel.Stage;
import dev.lacewing.kernel.Stage.Columns;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.List;

/** The copy that a {@link Staging} describes, as one step: by vectors for column strides of 1 and 2, in plain Java for others. */
final class StagingLowering {
    private final PlanBuilder b;
    private final String input;
    private final Layout in;
    private final Staging staging;
    private final float fill;
    private final int copy;

    /**
     * @param fill value of the padding
     * @param copy buffer that receives the planes
     */
    StagingLowering(PlanBuilder b, String input, Staging staging, float fill, int copy) {
        this.b = b;
        this.input = input;
        this.in = b.layout(input);
        this.staging = staging;
        this.fill = fill;
        this.copy = copy;
    }

    private boolean isVector() { return staging.columns(0).step() <= 2; }

    /** Predicted, for one image. */
    double nanos() {
        if (!isVector()) return b.costs.general((long) staging.phases() * staging.channels() * staging.planePitch());
        return b.costs.stage((long) staging.phases() * staging.channels() * staging.outHeight(), 1 + Math.ceilDiv(staging.outWidth(), b.machine.lanes()));
    }

    /** Of one channel of one phase. */
    private double phaseNanos() { return b.costs.stage(staging.outHeight(), 1 + Math.ceilDiv(staging.outWidth(), b.machine.lanes())) + b.costs.fetch(8L * staging.planePitch()); }

    /** Adds the step for image {@code n}. Threads share the planes: the channels of every phase row. */
    void step(int n) {
        int channels = staging.channels(), planes = isVector() ? staging.phaseRows() * channels : channels;
        b.step("stage", t -> {
            int from = b.split(planes, t), to = b.split(planes, t + 1);
            if (from == to) return List.of();
            if (!isVector() && PortableLowering.applies(b)) return PortableLowering.stage(b, staging, input, fill, n, from, to, copy);
            if (!isVector()) PortableLowering.check(b, staging, input, n, from, to, copy);
            if (!isVector()) return List.of(b.call(staging.kernel(in, fill, n, from, to), b.at(input, 0), PlanBuilder.at(copy, 0)));
            List<Call> calls = new ArrayList<>();
            for (int py = from / channels; py * channels < to; py++)
                for (int px = 0, width; px < staging.phaseColumns(); px += width) {
                    width = isPair(px) ? 2 : 1;
                    int phaseRow = py, phase = px;
                    boolean pair = width == 2;
                    calls.addAll(Pieces.of(Math.max(0, from - py * channels), Math.min(channels, to - py * channels), width * phaseNanos(), (i, j) -> call(n, phaseRow, phase, pair, i, j)));
                }
            return calls;
        });
    }

    /** Phases {@code px} and {@code px + 1} are the image's even and odd columns, in one order or the other. */
    private boolean isPair(int px) {
        if (px + 1 >= staging.phaseColumns()) return false;
        Axis a = staging.columns(px), c = staging.columns(px + 1);
        return a.step() == 2 && a.end() > a.first() && c.end() > c.first() && a.from() + c.from() == 1;
    }

    private Call call(int n, int py, int px, boolean pair, int from, int to) {
        int lanes = b.machine.lanes(), pitch = staging.rowPitch(), even = pair && staging.columns(px).from() == 1 ? px + 1 : px, odd = pair ? px + px + 1 - even : even;
        Axis row = staging.rows(py), low = staging.columns(even), high = staging.columns(odd);
        int rows = low.end() == low.first() ? 0 : row.end() - row.first();
        int vectors = Math.ceilDiv(Math.max(low.end() - low.first(), high.end() - high.first()), lanes);
        int fills = Math.max(fills(low, vectors), fills(high, vectors));
        Columns columns = pair ? Columns.BOTH : low.step() == 2 ? Columns.EVEN : Columns.ALL;
        int top = rows == 0 ? staging.readable() : row.first() * pitch + Math.max(low.first(), high.first()), tail = (row.first() + rows) * pitch / lanes * lanes;
        int bottom = rows == 0 ? 0 : Math.max(0, Math.ceilDiv(staging.readable() - tail, lanes));
        long plane = staging.planePitch(), oddPlane = plane * staging.channels() * (odd - even);
        long x = rows == 0 ? 0 : in.at(n, from, row.from(), low.from()), y = plane * ((long) (py * staging.phaseColumns() + even) * staging.channels() + from);
        b.checkReach("staging writes", copy, y + Math.min(0, oddPlane), y + Math.max(0, oddPlane) + (long) (to - from) * plane);
        if (rows > 0) checkRows(x, row, low, high, rows, vectors, fills, to - from);
        return PlanBuilder.call(new ArgumentBlock<Argument>(Stage.program(columns, fill, b.machine)).set(Stage.X, b.at(input, x))
                .set(Stage.Y, PlanBuilder.at(copy, y))
                .set(Stage.PLANES, number(to - from)).set(Stage.X_PLANE, bytes(in.planePitch())).set(Stage.Y_PLANE, bytes(plane))
                .set(Stage.HEAD, number(Math.ceilDiv(top, lanes))).set(Stage.TAIL, bytes(tail)).set(Stage.TAIL_VECTORS, number(bottom))
                .set(Stage.FIRST, bytes((long) row.first() * pitch + low.first())).set(Stage.ROWS, number(rows))
                .set(Stage.X_ROW, bytes((long) row.step() * in.rowPitch())).set(Stage.Y_ROW, bytes(pitch))
                .set(Stage.VECTORS, number(vectors)).set(Stage.END, bytes(low.end() - low.first())).set(Stage.FILLS, number(fills))
                .set(Stage.ODD_PLANE, bytes(oddPlane)).set(Stage.ODD, bytes(oddPlane + high.first() - low.first()))
                .set(Stage.ODD_END, bytes(high.end() - high.first())));
    }

    /** Up to the first pixel of the next row, and over what the row's last vector of pixels wrote too much. */
    private int fills(Axis column, int vectors) {
        int lanes = b.machine.lanes(), pixels = column.end() - column.first();
        return Math.ceilDiv(Math.max(staging.rowPitch() - pixels, vectors * lanes - pixels), lanes);
    }

    private void checkRows(long x, Axis row, Axis low, Axis high, int rows, int vectors, int fills, int channels) {
        int lanes = b.machine.lanes();
        long lastRow = (long) (rows - 1) * row.step() * in.rowPitch(), read = (long) vectors * lanes * low.step();
        b.checkReach("staging reads", b.buffer(input), x, x + (channels - 1L) * in.planePitch() + lastRow + read);
        long written = (row.end() - 1L) * staging.rowPitch() + Math.max(low.end(), high.end()) + (long) fills * lanes;
        if (written > staging.planePitch()) throw new IllegalStateException("staging for " + staging + " writes " + written + " floats of a plane of " + staging.planePitch());
    }
}

package dev.lacewing.general;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;

/** Fills the planes of a {@link Staging} row by row: left padding, pixels, right padding; rows of padding; the rest of what may be read. */
final class StagingKernel implements Kernel {
    private final Staging staging;
    private final float fill;
    private final int from, to, planePitch, readable;
    private final int firstChannel, inputPlane, inputRow;
    private final Staging.Axis[] rows, columns;

    StagingKernel(Staging staging, Layout input, float fill, int n, int from, int to) {
        Shape image = Shape.of(input.images(), staging.channels(), staging.height(), staging.width());
        if (!input.shape().equals(image)) throw new Invalid("expected an input of shape " + image + " to stage, got " + input.shape());
        if (n < 0 || n >= input.images() || from < 0 || from > to || to > staging.channels())
            throw new Invalid("no channels " + from + " to " + to + " of image " + n + " in " + image);
        this.staging = staging;
        this.fill = fill;
        this.from = from;
        this.to = to;
        planePitch = staging.planePitch();
        readable = staging.readable();
        firstChannel = input.at(n, 0, 0, 0);
        inputPlane = input.planePitch();
        inputRow = input.rowPitch();
        rows = new Staging.Axis[staging.phaseRows()];
        columns = new Staging.Axis[staging.phaseColumns()];
        for (int i = 0; i < rows.length; i++) rows[i] = staging.rows(i);
        for (int i = 0; i < columns.length; i++) columns[i] = staging.columns(i);
    }

    @Override
    public void run(long arguments) {
        long input = Memory.argument(arguments, 0) + 4L * firstChannel, buffer = Memory.argument(arguments, 1);
        for (int c = from; c < to; c++) {
            for (int y = 0; y < rows.length; y++) {
                for (int x = 0; x < columns.length; x++) {
                    long plane = (long) (y * columns.length + x) * staging.channels() + c;
                    stage(input + 4L * c * inputPlane, buffer + 4 * plane * planePitch, rows[y], columns[x]);
                }
            }
        }
    }

    private void stage(long image, long plane, Staging.Axis row, Staging.Axis column) {
        int pitch = staging.rowPitch(), left = column.first(), count = column.end() - left, right = pitch - column.end();
        long rowStep = 4L * row.step() * inputRow, from = image + 4L * row.from() * inputRow + 4L * column.from(), to = plane + 4L * row.first() * pitch;
        if (count == 0) {
            Memory.fill(plane, readable, fill);
            return;
        }
        Memory.fill(plane, row.first() * pitch, fill);
        for (int y = row.first(); y < row.end(); y++) {
            Memory.fill(to, left, fill);
            if (column.step() == 1) Memory.copy(from, to + 4L * left, count);
            else Memory.gather(from, column.step(), to + 4L * left, count);
            Memory.fill(to + 4L * column.end(), right, fill);
            from += rowStep;
            to += 4L * pitch;
        }
        Memory.fill(to, readable - row.end() * pitch, fill);
    }
}

package dev.lacewing.general;

import dev.lacewing.graph.Window;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A copy of a windowed op's input in which every tap of the window is a shifted flat plane. The padded input is split by stride phase: phase (py, px) of a channel
 * holds the padded pixels (y * strideHeight + py, x * strideWidth + px) at row pitch {@code rowPitch}, that of the output. So output pixel (y, x), which stands at
 * y * rowPitch + x, meets tap (ky, kx) of a channel at {@link #offset} plus the same y * rowPitch + x.
 *
 * @param rowPitch of the output, at least {@link #minimumPitch}
 */
public record Staging(Window window, int channels, int height, int width, int outHeight, int outWidth, int rowPitch) {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    /** The smallest row pitch at which no tap reads pixels of the next row. */
    public static int minimumPitch(Window w, int outWidth) { return outWidth + (w.spanWidth() - 1) / w.strideWidth(); }

    /** Size of the buffer in floats; kernels may read all of it. */
    public int floats() { return Math.toIntExact((long) channels * phases() * planePitch()); }

    /** Where output pixel (0, 0) meets a tap, in floats from the start of the buffer. */
    public long offset(int channel, int ky, int kx) {
        int dy = ky * window.dilationHeight(), dx = kx * window.dilationWidth();
        long plane = (long) channel * phases() + (long) (dy % window.strideHeight()) * phasesAcross() + dx % window.strideWidth();
        return plane * planePitch() + (long) (dy / window.strideHeight()) * rowPitch + dx / window.strideWidth();
    }

    private int phasesAcross() { return Math.min(window.strideWidth(), window.spanWidth()); }

    private int phasesDown() { return Math.min(window.strideHeight(), window.spanHeight()); }

    private int phases() { return phasesAcross() * phasesDown(); }

    private int rows() { return outHeight + (window.spanHeight() - 1) / window.strideHeight(); }

    private int planePitch() {
        int flat = Math.ceilDiv(outHeight * rowPitch, Layout.ALIGN) * Layout.ALIGN;
        int reach = flat + (window.spanHeight() - 1) / window.strideHeight() * rowPitch + (window.spanWidth() - 1) / window.strideWidth();
        int pitch = Math.ceilDiv(reach, Layout.ALIGN) * Layout.ALIGN;
        return pitch % 1024 == 0 ? pitch + Layout.ALIGN : pitch;
    }

    /**
     * Fills the planes of channels {@code from} to {@code to} from image {@code n}; padding gets {@code fill}. Arguments: the address of the input's buffer, the address
     * of the copy.
     */
    public Kernel kernel(Layout input, float fill, int n, int from, int to) {
        return arguments -> {
            long source = ALL.get(ValueLayout.JAVA_LONG, arguments), target = ALL.get(ValueLayout.JAVA_LONG, arguments + 8);
            for (int c = from; c < to; c++)
                for (int py = 0; py < phasesDown(); py++)
                    for (int px = 0; px < phasesAcross(); px++) {
                        long plane = target + 4L * ((long) c * phases() + (long) py * phasesAcross() + px) * planePitch();
                        for (int r = 0; r < rows(); r++) {
                            int y = r * window.strideHeight() + py - window.padTop();
                            long row = plane + 4L * r * rowPitch;
                            if (y < 0 || y >= height) fill(row, 0, minimumPitch(window, outWidth), fill);
                            else row(source + 4L * input.at(n, c, y, 0), row, px - window.padLeft(), fill);
                        }
                    }
        };
    }

    /** One row of a phase; its column 0 is the input's column {@code first}, which may be negative. */
    private void row(long source, long target, int first, float fill) {
        int stride = window.strideWidth(), columns = minimumPitch(window, outWidth);
        int from = Math.min(columns, first >= 0 ? 0 : Math.ceilDiv(-first, stride)), to = Math.clamp(Math.ceilDiv((long) width - first, stride), from, columns);
        fill(target, 0, from, fill);
        long at = source + 4L * ((long) from * stride + first);
        if (stride == 1) MemorySegment.copy(ALL, at, ALL, target + 4L * from, 4L * (to - from));
        else for (int x = from; x < to; x++, at += 4L * stride) ALL.set(FLOAT, target + 4L * x, ALL.get(FLOAT, at));
        fill(target, to, columns, fill);
    }

    private static void fill(long target, int from, int to, float fill) {
        for (int x = from; x < to; x++) ALL.set(FLOAT, target + 4L * x, fill);
    }
}

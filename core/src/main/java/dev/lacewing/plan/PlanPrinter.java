package dev.lacewing.plan;

import dev.lacewing.plan.Plan.Call;
import dev.lacewing.plan.Plan.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A plan as text: every layer with its reason, its steps with the calls of each thread, then the buffers. The same plan gives the same text. */
final class PlanPrinter {
    private final StringBuilder out = new StringBuilder();
    private final Plan plan;

    private PlanPrinter(Plan plan) { this.plan = plan; }

    static String print(Plan plan) {
        PlanPrinter printer = new PlanPrinter(plan);
        printer.print();
        return printer.out.toString();
    }

    private void print() {
        line(String.format(Locale.ROOT, "%s at %d lanes, %d thread%s: %d layers, %d steps, arena of %d floats, constants of %d words", plan.graph().name(), plan.lanes(), plan.threads(),
                plan.threads() == 1 ? "" : "s", plan.layers().size(), plan.steps().size(), plan.arenaFloats(), plan.constants().size()));
        for (int i = 0; i < plan.layers().size(); i++) {
            int layer = i;
            print(plan.layers().get(i));
            plan.steps().stream().filter(s -> s.layer() == layer).forEach(s -> line("    " + s.what() + ": " + s.shares().stream().map(PlanPrinter::calls).collect(Collectors.joining(" | "))));
        }
        line("buffers");
        plan.buffers().forEach(b -> line("    " + b.name() + ": " + b.floats() + " floats at " + b.offset() + ", steps " + b.first() + " to " + b.last()));
    }

    private void print(LayerReport l) {
        line(l.name() + ": " + l.op() + ", " + l.input() + " to " + l.output());
        line(String.format(Locale.ROOT, "    %s, %.1f %% zeros, %.1f %% full, predicted %.4f ms, dense %.4f ms; %s",
                l.kernel(), 100 * l.sparsity(), 100 * l.fill(), l.predictedMs(), l.denseMs(), l.reason()));
    }

    /** Names in order, a repeated one with its count. */
    private static String calls(List<Call> calls) {
        List<String> runs = new ArrayList<>();
        for (int i = 0, next; i < calls.size(); i = next) {
            String name = name(calls.get(i).code());
            next = i + 1;
            while (next < calls.size() && name(calls.get(next).code()).equals(name)) next++;
            runs.add(next - i == 1 ? name : name + " x " + (next - i));
        }
        return runs.isEmpty() ? "-" : String.join(", ", runs);
    }

    private static String name(Code code) {
        return switch (code) {
            case Code.Generated(var program) -> program.name();
            case Code.Plain(var kernel) -> kernel.getClass().isHidden() ? "plain" : kernel.getClass().getSimpleName();
        };
    }

    private void line(String text) { out.append(text).append('\n'); }
}

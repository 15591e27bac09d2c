package dev.lacewing.plan;

import dev.lacewing.graph.Graph;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.function.ToLongFunction;

/**
 * How a graph is computed on one machine by a fixed number of threads: a list of steps, each a list of kernel calls for each thread, over one arena whose
 * buffers were placed by liveness. Nothing is decided after this; a session only resolves addresses and calls.
 *
 * @param graph after the rewrites
 * @param layouts of every value of the graph
 * @param values the buffer of every value
 * @param buffers placed in the arena; values and scratch memory
 * @param arenaFloats size of the arena that a run needs
 * @param constants packed weights and tables, 32-bit words
 * @param layers what was decided for each node and why
 * @param decisions what was decided for each layer with one weight matrix, by its name, in the order of the graph
 */
public record Plan(Graph graph, int lanes, int threads, Map<String, Layout> layouts, Map<String, Integer> values, List<Buffer> buffers, long arenaFloats,
        Words constants, List<Step> steps, List<LayerReport> layers, Map<String, Decision> decisions) {
    /** Memory in the arena, alive from step {@code first} to step {@code last}; offset and size in floats. */
    public record Buffer(String name, long offset, int floats, int first, int last) {}

    /**
     * Work between two barriers.
     *
     * @param layer index into {@link #layers}
     * @param shares the calls of each thread, in order; all threads may run at once
     */
    public record Step(int layer, String what, List<List<Call>> shares) {}

    public record Call(Code code, List<Argument> arguments) {}

    /** What a call runs. */
    public sealed interface Code {
        /** A kernel program; equal programs are encoded once. */
        record Generated(Program program) implements Code {}

        /** Plain Java of the general path. */
        record Plain(Kernel kernel) implements Code {}
    }

    /** One 8-byte slot of an argument block. */
    public sealed interface Argument {
        /** The address of a byte in a buffer of the arena. */
        record Memory(int buffer, long bytes) implements Argument {}

        /** The address of a byte among the constants. */
        record Constant(long bytes) implements Argument {}

        record Scalar(long value) implements Argument {}

        /** The address of a program's machine code, 0 where it has none: only a hint what runs next. */
        record CodeOf(Program program) implements Argument {}

        /**
         * What the slot holds.
         *
         * @param buffer the address of a buffer, by its index
         * @param constants the address of the constants
         * @param code the address of a program's machine code
         */
        default long resolve(IntToLongFunction buffer, long constants, ToLongFunction<Program> code) {
            return switch (this) {
                case Memory(int index, long bytes) -> buffer.applyAsLong(index) + bytes;
                case Constant(long bytes) -> constants + bytes;
                case Scalar(long value) -> value;
                case CodeOf(Program program) -> code.applyAsLong(program);
            };
        }
    }

    /** The same with nothing for {@link Argument.Constant} to point at: packed weights are large, and who has copied them needs them no more. */
    public Plan withoutConstants() { return new Plan(graph, lanes, threads, layouts, values, buffers, arenaFloats, new Words(), steps, layers, decisions); }

    /** Every decision on a few hundred lines, for a person and for golden files. */
    @Override
    public String toString() { return PlanPrinter.print(this); }
}

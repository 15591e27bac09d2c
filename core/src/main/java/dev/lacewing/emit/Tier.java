package dev.lacewing.emit;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.emit.x64.Support;
import dev.lacewing.emit.x64.X64Emitter;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Emitter;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * How this process executes programs.
 *
 * @param name {@code x64}, {@code jvm} or {@code interpreter}
 * @param reason one sentence for a person: why this emitter and this width, and what would make it faster
 */
public record Tier(String name, Emitter emitter, Machine machine, String reason) {
    /** System property that forces the emitter: {@code x64}, {@code jvm} or {@code interpreter}. */
    public static final String TIER = "lacewing.tier";

    /** System property that forces the lanes of a vector: 16, 8, 4 or 1. */
    public static final String LANES = "lacewing.lanes";

    /** System property that says whether code of the Vector API checks each access: not with {@code 0}. */
    public static final String BOUNDS_CHECK = JvmEmitter.BOUNDS_CHECK;

    private static final int PAGE = 4096;
    private static final String LOGGER = "dev.lacewing";
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String NO_VECTORS = "Vector API module missing: add --add-modules " + VECTOR_MODULE
            + " to the java command; without it kernels run at one lane, about ten times slower.";

    /**
     * The tier that the system properties ask for, else machine code where this machine runs it, else the JVM's vectors as wide as they come.
     *
     * @throws Invalid if a property has an unknown value
     * @throws Failed if it asks for what this JVM cannot do, or if the JVM denies native access, which every tier needs
     */
    public static Tier current() {
        requireNativeAccess();
        Tier tier = of(System.getProperties(), ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent());
        if (tier.reason.endsWith(NO_VECTORS) && Shared.FALLBACK_TOLD.compareAndSet(false, true)) System.getLogger(LOGGER).log(System.Logger.Level.WARNING, NO_VECTORS);
        return tier;
    }

    /**
     * The code of a program. Sessions share it while any of them is open, so that what the JVM's compilers have done for one serves the others.
     *
     * @throws Failed if the JVM refuses the code
     */
    public Kernel kernel(Program program) { return Shared.KERNELS.of(new Key(name, program), () -> emitter.emit(program)); }

    /**
     * Zeroed memory that kernels read and write, from a page's start if it is large, given back with the arena.
     *
     * @throws Failed if there is not so much
     */
    public MemorySegment allocate(long bytes, Arena arena) {
        MemorySegment large = name.equals("x64") ? X64Emitter.allocate(bytes, arena) : null;
        if (large != null) return large;
        try {
            return arena.allocate(bytes, PAGE);
        } catch (OutOfMemoryError e) {
            throw new Failed("cannot allocate " + bytes / (1 << 20) + " MB for a session: use a smaller batch or input, give the process more memory, or raise the JVM's limit with -XX:MaxDirectMemorySize", e);
        }
    }

    /**
     * Those of this processor that decide which machine code it runs; none if it runs none.
     *
     * @throws Failed if the JVM denies native access
     */
    public static List<String> features() {
        requireNativeAccess();
        return Support.current().features();
    }

    /** Kernels work on absolute addresses. Asked for here, as later it would be refused in some class's initializer. */
    private static void requireNativeAccess() {
        try {
            var _ = MemorySegment.NULL.reinterpret(1);
        } catch (IllegalCallerException e) {
            throw new Failed("this JVM denies native access, which kernels need: add --enable-native-access=ALL-UNNAMED to the java command", e);
        }
    }

    private record Key(String tier, Program program) {}

    private static final class Shared {
        static final KernelCache<Key> KERNELS = new KernelCache<>();
        static final AtomicBoolean FALLBACK_TOLD = new AtomicBoolean();
        /** Names of programs that do not fit: each is told once. */
        static final Set<String> MISFITS = ConcurrentHashMap.newKeySet();
    }

    static Tier of(Properties properties, boolean vectorModule) {
        String name = properties.getProperty(TIER);
        return of(name, properties.getProperty(LANES), vectorModule, name == null || name.equals("x64") ? Support.current() : null);
    }

    /** @param x64 null if not asked */
    static Tier of(@Nullable String name, @Nullable String forced, boolean vectorModule, @Nullable Support x64) {
        int wanted = forced == null ? 0 : lanes(forced).lanes();
        if (name == null) {
            if (x64 != null && x64.lanes() > 0 && x64.lanes() >= wanted) return x64(forced, vectorModule, x64);
            Tier jvm = jvm(forced, vectorModule);
            return x64 == null ? jvm : new Tier(jvm.name, jvm.emitter, jvm.machine, x64.reason() + " " + jvm.reason);
        }
        return switch (name) {
            case "x64" -> x64(forced, vectorModule, x64 == null ? Support.current() : x64);
            case "jvm" -> jvm(forced, vectorModule);
            case "interpreter" -> new Tier(name, Interpreter::new, forced == null ? Machine.AVX512 : lanes(forced),
                    "The interpreter, because " + TIER + " asks for it: hundreds of times slower than compiled code.");
            default -> throw new Invalid(TIER + " must be x64, jvm or interpreter, got \"" + name + "\"");
        };
    }

    private static Tier x64(@Nullable String forced, boolean vectorModule, Support x64) {
        if (x64.lanes() == 0) throw new Failed(TIER + "=x64 cannot be had. " + x64.reason() + " Leave " + TIER + " unset.");
        Machine machine = Machine.ofLanes(forced == null ? x64.lanes() : Integer.parseInt(forced)).baking().atMost(x64.vectors());
        if (machine.lanes() > x64.lanes())
            throw new Failed(LANES + "=" + forced + " cannot be had with " + TIER + "=x64. " + x64.reason() + " Ask for no more, or leave " + TIER + " unset.");
        return new Tier("x64", x64Emitter(x64, vectorModule), machine, forced == null ? x64.reason() : asked(machine));
    }

    /** Programs that need more registers than there are run as JVM code, where it has their lanes. */
    private static Emitter x64Emitter(Support x64, boolean vectorModule) {
        X64Emitter emitter = new X64Emitter(x64.lanes() == 16);
        return program -> {
            try {
                return emitter.emit(program);
            } catch (Invalid e) {
                if (program.machine().lanes() > 1 && !vectorModule) throw e;
                if (Shared.MISFITS.add(program.name())) System.getLogger(LOGGER).log(System.Logger.Level.INFO, e.getMessage() + ". It runs as JVM code: slower, above all at first.");
                return new JvmEmitter().emit(program);
            }
        };
    }

    private static Tier jvm(@Nullable String forced, boolean vectorModule) {
        Machine machine = forced == null ? null : lanes(forced);
        if (!vectorModule) {
            if (machine != null && machine.lanes() > 1)
                throw new Failed(LANES + "=" + forced + " needs the Vector API: add --add-modules " + VECTOR_MODULE
                        + " to the java command, or ask for 1 lane");
            return new Tier("jvm", new JvmEmitter(), Machine.SCALAR, machine != null ? asked(machine) : NO_VECTORS);
        }
        JvmEmitter emitter = new JvmEmitter();
        int preferred = Preferred.lanes();
        if (machine != null) return new Tier("jvm", emitter, machine, machine.lanes() <= preferred ? asked(machine)
                : asked(machine) + " This processor has " + preferred + ", so they are emulated, some fifty times slower.");
        machine = Machine.ofLanes(preferred >= 16 ? 16 : preferred >= 8 ? 8 : preferred >= 4 ? 4 : 1);
        return new Tier("jvm", emitter, machine, "The Vector API prefers " + preferred + " lanes on this processor." + checks(System.getProperty(BOUNDS_CHECK)));
    }

    /** For the user to decide: the property holds for all code in the process. */
    static String checks(@Nullable String property) {
        return "0".equals(property) ? "" : " It checks each access: -D" + BOUNDS_CHECK + "=0 saves that, up to a fifth of the time, for all code in this JVM that uses it.";
    }

    private static String asked(Machine machine) {
        return machine.lanes() + (machine.lanes() == 1 ? " lane" : " lanes") + ", because " + LANES + " asks for it.";
    }

    private static Machine lanes(String forced) {
        return switch (forced) {
            case "16", "8", "4", "1" -> Machine.ofLanes(Integer.parseInt(forced));
            default -> throw new Invalid(LANES + " must be 16, 8, 4 or 1, got \"" + forced + "\"");
        };
    }

    /** Apart, so that the incubator module is touched only where it is there. */
    private static final class Preferred {
        static int lanes() { return FloatVector.SPECIES_PREFERRED.length(); }
    }
}

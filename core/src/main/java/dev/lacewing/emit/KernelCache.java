package dev.lacewing.emit;

import dev.lacewing.program.Kernel;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Kernels that are in use somewhere, by what they were made from. Different ones are made at the same time by different threads. */
final class KernelCache<K> {
    private static final int FIRST_SWEEP = 64;
    private final Map<K, WeakReference<Kernel>> kernels = new HashMap<>();
    private int sweep = FIRST_SWEEP;

    /** Two threads may make the same kernel at once; then one of them is used by both. */
    Kernel of(K key, Supplier<Kernel> make) {
        Kernel known = known(key);
        return known != null ? known : keep(key, make.get());
    }

    private synchronized @Nullable Kernel known(K key) {
        WeakReference<Kernel> known = kernels.get(key);
        return known == null ? null : known.get();
    }

    private synchronized Kernel keep(K key, Kernel made) {
        Kernel known = known(key);
        if (known != null) return known;
        if (kernels.size() >= sweep) {
            kernels.values().removeIf(reference -> reference.get() == null);
            sweep = Math.max(FIRST_SWEEP, 2 * kernels.size());
        }
        kernels.put(key, new WeakReference<>(made));
        return made;
    }
}

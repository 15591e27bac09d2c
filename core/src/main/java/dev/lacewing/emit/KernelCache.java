package dev.lacewing.emit;

import dev.lacewing.program.Kernel;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that are in use somewhere, by what they were made from, which is forgotten soon after its kernel is no longer reachable. Different ones are made at the same
 * time by different threads.
 */
final class KernelCache<K> {
    private final Map<K, WeakReference<Kernel>> kernels = new HashMap<>();
    private final Cleaner cleaner = Cleaner.create();

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
        WeakReference<Kernel> reference = new WeakReference<>(made);
        kernels.put(key, reference);
        cleaner.register(made, () -> forget(key, reference));
        return made;
    }

    /** Unless another kernel has taken its place. */
    private synchronized void forget(K key, WeakReference<Kernel> reference) { kernels.remove(key, reference); }
}

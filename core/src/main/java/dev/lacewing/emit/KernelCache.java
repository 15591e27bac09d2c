package dev.lacewing.emit;

import dev.lacewing.program.Kernel;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Kernels that are in use somewhere, by what they were made from. */
final class KernelCache<K> {
    private final Map<K, WeakReference<Kernel>> kernels = new HashMap<>();

    synchronized Kernel of(K key, Supplier<Kernel> make) {
        WeakReference<Kernel> known = kernels.get(key);
        Kernel kernel = known == null ? null : known.get();
        if (kernel != null) return kernel;
        kernels.values().removeIf(reference -> reference.get() == null);
        kernel = make.get();
        kernels.put(key, new WeakReference<>(kernel));
        return kernel;
    }
}

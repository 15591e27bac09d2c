package dev.lacewing.tune;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.CacheFolder;
import dev.lacewing.file.WholeFile;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.CostTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What this machine's kernels cost, kept in the user's cache folder: a file for each processor and way of running kernels. Where the JVM compiles them, its version and
 * whether it checks their bounds count as well. The file's name follows from the rates that Lacewing brings along, {@link #FORMAT} and, between releases, its version:
 * with others, what was measured before is not found any more. A file that cannot be read counts as none, and where none can be written nothing is kept: neither is an
 * error.
 *
 * @param folder null if this user has none
 */
public record CostCache(@Nullable Path folder) {
    /** Counts changes of what rates mean, or of the kernels that they are of, which the shipped tables do not show. */
    private static final int FORMAT = 2;

    private static final long LARGEST = 1 << 20;

    /** In the user's cache folder. */
    public static CostCache ofUser() { return new CostCache(CacheFolder.ofUser()); }

    /** What was measured here before, else what Lacewing brings along. Measures nothing. */
    public CostModel known(Tier tier) { return read(tier).orElseGet(() -> CostModel.shipped(tier.name(), tier.machine())); }

    /** What was measured here before. */
    public Optional<CostModel> read(Tier tier) {
        Path file = file(tier);
        try {
            if (file == null || !Files.isRegularFile(file) || Files.size(file) > LARGEST) return Optional.empty();
            CostModel model = CostTable.read(Files.readString(file, StandardCharsets.UTF_8), file.toString(), tier.machine());
            return model.isCompleteFor(tier.machine()) ? Optional.of(model) : Optional.empty();
        } catch (IOException | Malformed e) {
            return Optional.empty();
        }
    }

    /**
     * Replaces what is there.
     *
     * @return where it was written; null if that is not possible
     */
    public @Nullable Path write(Tier tier, CostModel model) {
        Path file = file(tier);
        if (file == null || folder == null) return null;
        try {
            Files.createDirectories(folder);
            byte[] text = CostTable.write(model, List.of("Measured by Lacewing on: " + Processor.name(), "Delete this file to have it made anew.")).getBytes(StandardCharsets.UTF_8);
            WholeFile.write(file, out -> out.write(text));
            return file;
        } catch (IOException | Failed | SecurityException e) {
            return null;
        }
    }

    @Nullable Path file(Tier tier) { return file(tier, CostModel.shippedTable(tier.name(), tier.machine()), System.getProperties(), CostCache.class.getPackage().getImplementationVersion()); }

    /** @param version null where this is no released jar */
    @Nullable Path file(Tier tier, String shipped, Properties jvm, @Nullable String version) {
        if (folder == null) return null;
        List<String> parts = new ArrayList<>(List.of(Processor.identity(), String.valueOf(version), "" + FORMAT, shipped));
        if (!tier.name().equals("x64")) parts.addAll(List.of(jvm.getProperty("java.vm.version", ""), jvm.getProperty(Tier.BOUNDS_CHECK, "")));
        long key = 0xcbf29ce484222325L;   // FNV-1a
        for (byte b : String.join("\n", parts).getBytes(StandardCharsets.UTF_8)) key = (key ^ (b & 0xff)) * 0x100000001b3L;
        return folder.resolve(String.format(Locale.ROOT, "costs-%s-%d-%016x.txt", tier.name(), tier.machine().lanes(), key));
    }
}

package dev.lacewing.cli;

import dev.lacewing.bench.report.Json;
import dev.lacewing.train.data.DataSets;
import dev.lacewing.train.data.Published;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "data", header = "Show which data sets are here, or fetch one from where it is published.",
        description = "Without NAME: what train and eval find on this machine, and where. With NAME: fetches it, checks it against the published checksum and keeps it "
                + "in the cache folder, or in DIR/NAME; nothing is kept of a download that breaks off. train, experiment and eval look for data sets where "
                + "the package manager puts them (/usr/share/datasets), then in the cache; with --data DIR in DIR and DIR/NAME alone.%n",
        footer = {"%nExamples:", "  lacewing data", "  lacewing data fashion-mnist", "  lacewing data cifar-10 --to datasets",
                "  apt-get install dataset-fashion-mnist         (Debian, Ubuntu: then nothing need be fetched)",
                "%nOf Fashion-MNIST, 500 test images come with Lacewing: eval --set fashion-mnist-500.",
                "A data set of your own is a folder with train/CLASS/*.png and test/CLASS/*.png (or JPEG)."})
final class DataCommand extends Subcommand {
    /** For completion and help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() { return DataSets.ofUser().names().iterator(); }
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", completionCandidates = Names.class, description = "One of ${COMPLETION-CANDIDATES}.")
    private @Nullable String name;

    @Option(names = "--to", paramLabel = "DIR", description = "Keep it in DIR/NAME (default: in the user's cache folder).")
    private @Nullable Path to;

    @Override
    public Integer call() {
        DataSets sets = DataSets.ofUser();
        if (name == null) {
            check(to == null, "--to needs the NAME of a data set to fetch");
            list(sets);
        } else {
            check(sets.has(name), "there is no data set " + name + "; choose one of " + String.join(", ", sets.names()));
            fetch(sets, name);
        }
        return ExitCode.OK;
    }

    private void list(DataSets sets) {
        Table table = new Table("name", "what it is", "where it is");
        List<Json> rows = new ArrayList<>();
        for (Published each : sets.published()) {
            Path folder = sets.find(each.name());
            table.row(each.name(), each.about(), folder == null ? "not here: " + sets.remedy(each) : folder);
            rows.add(Json.object().put("name", each.name()).put("about", each.about()).put("folder", folder == null ? "" : folder.toString()));
        }
        print(Json.object().put("data_sets", rows), table.toString());
    }

    private void fetch(DataSets sets, String which) {
        Path found = to == null ? sets.find(which) : null;
        if (found == null)
            try (Bars bars = new Bars(terminal())) {
                found = sets.fetch(which, to, bars);
            }
        print(Json.object().put("name", which).put("folder", found), which + ": " + found);
    }

    /** A bar for each file. */
    private static final class Bars implements DataSets.Progress, AutoCloseable {
        private static final int UNIT = 1000;

        private final Terminal terminal;
        private @Nullable Progress bar;
        private String file = "";

        Bars(Terminal terminal) { this.terminal = terminal; }

        @Override
        public void at(String file, long done, long total) {
            if (bar == null || !file.equals(this.file)) {
                close();
                bar = new Progress(terminal, "fetching " + file + ", kB", Math.toIntExact(Math.max(total, 0) / UNIT));
                this.file = file;
            }
            bar.at(Math.toIntExact(Math.min(done, Math.max(total, 0)) / UNIT));
        }

        @Override
        public void close() { if (bar != null) bar.close(); }
    }
}

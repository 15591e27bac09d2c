package dev.lacewing.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The command as a function, for tests. */
record Cli(int code, String out, String err) {
    static Cli run(Object... args) {
        StringWriter out = new StringWriter(), err = new StringWriter();
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) words[i] = args[i].toString();
        int code = Main.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Cli(code, out.toString(), err.toString());
    }

    /** The one JSON object on stdout. */
    JsonValue json() { return JsonValue.parse(out); }
}

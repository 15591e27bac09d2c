package dev.lacewing.cli.report;

import java.util.Locale;

/** Text for HTML and SVG. */
final class Html {
    private Html() {}

    static String escape(String text) { return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;"); }

    /** With a point, whatever the user's language. */
    @SuppressWarnings("AnnotateFormatMethod")
    static String format(String form, Object... values) { return String.format(Locale.ROOT, form, values); }
}

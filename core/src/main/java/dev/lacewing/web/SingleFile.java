package dev.lacewing.web;

import dev.lacewing.error.LacewingException.Unsupported;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exported folder as one HTML file that works from wherever it is opened, also from a disk. The style and the first module stand in the page as they
 * are, other modules as {@code data:} addresses in an import map, everything else in base64 in {@code <script data-file="NAME">} elements, which
 * {@code page.js} reads instead of asking a server. The page's content security policy then allows no request at all.
 */
final class SingleFile {
    static final String PAGE = "index.html", STYLE = "page.css", MODULE = "page.js";
    private static final String POLICY = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' data:; style-src 'unsafe-inline'; "
            + "img-src blob: data:; media-src blob:; connect-src data:; form-action 'none'; base-uri 'none'";

    /** Megabytes of all files: a third more in base64, which stays below the longest text that engines have (512 MB in V8). */
    private static final int MOST = 256;

    private SingleFile() {}

    /**
     * @param files by their names in the folder, with {@code /} between folders
     * @return the page, UTF-8
     * @throws Unsupported if the files are larger together than {@link #MOST}
     */
    static byte[] of(Map<String, byte[]> files) {
        long megabytes = files.values().stream().mapToLong(f -> f.length).sum() >> 20;
        if (megabytes > MOST) throw new Unsupported("the files have " + megabytes + " MB, more than one page can hold (" + MOST + " MB): export a folder, or with --fp16");
        String page = text(files, PAGE);
        page = replaced(page, "(?<=http-equiv=\"Content-Security-Policy\" content=\")[^\"]*", POLICY);
        page = replaced(page, "<link rel=\"stylesheet\" href=\"" + STYLE + "\">", "<style>\n" + text(files, STYLE) + "</style>");
        StringJoiner imports = new StringJoiner(",\n", "<script type=\"importmap\">\n{\"imports\": {\n", "\n}}\n</script>\n");
        StringBuilder data = new StringBuilder();
        files.forEach((name, bytes) -> {
            String base64 = Base64.getEncoder().encodeToString(bytes);
            if (name.endsWith(".js")) {
                if (!name.equals(MODULE)) imports.add("\"./" + name + "\": \"data:text/javascript;base64," + base64 + "\"");
            } else if (isData(name)) data.append("<script type=\"text/plain\" data-file=\"").append(name).append("\">").append(base64).append("</script>\n");
        });
        String module = "<script type=\"module\">\n" + text(files, MODULE).replace("</script", "<\\/script") + "</script>";
        return replaced(page, "<script type=\"module\" src=\"" + MODULE + "\"></script>", data + imports.toString() + module).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isData(String name) {
        return !name.endsWith(".html") && !name.endsWith(".css") && !name.endsWith(".ts") && !name.endsWith("package.json");
    }

    private static String text(Map<String, byte[]> files, String name) {
        byte[] bytes = files.get(name);
        if (bytes == null) throw new IllegalArgumentException("no " + name + " in " + files.keySet());
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Once, not never: the page and this class must know of each other. */
    private static String replaced(String page, String pattern, String by) {
        Matcher found = Pattern.compile(pattern).matcher(page);
        if (!found.find()) throw new IllegalStateException(PAGE + " lacks " + pattern);
        return page.substring(0, found.start()) + by + page.substring(found.end());
    }
}

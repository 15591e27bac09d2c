package dev.lacewing.plan;

/** Packed words of one kind, for tests of who stores them. */
public final class Marked {
    private Marked() {}

    public static void add(Words to, Words.Kind kind, int rows, int... words) {
        int from = to.size();
        for (int word : words) to.add(word);
        if (kind != Words.Kind.WORDS) to.mark(kind, rows, from);
    }
}

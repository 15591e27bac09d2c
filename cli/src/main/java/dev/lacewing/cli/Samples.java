package dev.lacewing.cli;

import dev.lacewing.image.Picture;

/** Labelled pictures. */
interface Samples {
    int size();

    /** For messages. */
    String name(int index);

    /** The true class. */
    int label(int index);

    /** Decoded anew at each call; safe to call from several threads. */
    Picture picture(int index);
}

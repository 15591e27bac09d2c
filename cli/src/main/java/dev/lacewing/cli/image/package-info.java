/**
 * From a picture to a network's input: resize, crop, order the channels, normalise. What was done is a record that travels in the model's
 * metadata, so that a file that Lacewing wrote remembers how its input is prepared.
 */
@NullMarked
package dev.lacewing.cli.image;

import org.jspecify.annotations.NullMarked;

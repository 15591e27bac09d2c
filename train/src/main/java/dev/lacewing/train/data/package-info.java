/** Labelled images: the data sets of the literature, where they are found, augmentation, and the batches of an epoch. */
@NullMarked
package dev.lacewing.train.data;

import org.jspecify.annotations.NullMarked;

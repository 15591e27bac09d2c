/** Small networks with batch normalisation, to be trained from random weights. */
@NullMarked
package dev.lacewing.train.network;

import org.jspecify.annotations.NullMarked;

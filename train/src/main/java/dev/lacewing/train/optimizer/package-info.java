/** What a gradient does to a weight, and at which learning rate. */
@NullMarked
package dev.lacewing.train.optimizer;

import org.jspecify.annotations.NullMarked;

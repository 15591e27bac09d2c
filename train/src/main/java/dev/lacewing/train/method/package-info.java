/**
 * The sparse training methods of the literature, each a small class over a pattern (which weights live or die together), a criterion (which are worth keeping), an
 * allocation (how many live in each layer) and a schedule (when). They read and write masks, values and gradients of parameters; none sees the autograd library.
 */
@NullMarked
package dev.lacewing.train.method;

import org.jspecify.annotations.NullMarked;

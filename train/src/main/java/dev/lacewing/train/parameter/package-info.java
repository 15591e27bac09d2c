/** What training changes in a graph: its parameters, each with gradient, mask and the optimizer's slots, and the running statistics of its normalisations. */
@NullMarked
package dev.lacewing.train.parameter;

import org.jspecify.annotations.NullMarked;

/** Gradients of a graph by an autograd library, which no other package sees. */
@NullMarked
package dev.lacewing.train.autograd;

import org.jspecify.annotations.NullMarked;

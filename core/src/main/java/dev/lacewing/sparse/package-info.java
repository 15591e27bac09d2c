/**
 * Where zeros may stand ({@code Pattern}) and how the rest is stored ({@code BlockRows}). A layer's weights are seen as the matrix
 * [output channels, input channels * kernel height * kernel width]. There is one sparse format: compressed sparse rows are {@code BlockRows} with
 * blocks of one row, and a dense matrix is its tensor.
 */
@NullMarked
package dev.lacewing.sparse;

import org.jspecify.annotations.NullMarked;

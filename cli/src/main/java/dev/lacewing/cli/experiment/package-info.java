/** Experiments: runs of arms and seeds, what is kept of them, and the tables and pictures made of that. */
@NullMarked
package dev.lacewing.cli.experiment;

import org.jspecify.annotations.NullMarked;

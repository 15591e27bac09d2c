/**
 * The {@code lacewing} command: one class for each subcommand, shared options as mixins. A command parses, calls the library and prints; it computes
 * nothing that the library should know. Results go to stdout (a table, or one JSON object with {@code --json}), everything else to stderr.
 */
@NullMarked
package dev.lacewing.cli;

import org.jspecify.annotations.NullMarked;

/**
 * Which way of running programs this process uses, for which machine, and why: {@link dev.lacewing.emit.Tier}. Each target is one
 * {@link dev.lacewing.program.Emitter} in a package below. No emitter knows any kernel, and no kernel any emitter.
 */
@NullMarked
package dev.lacewing.emit;

import org.jspecify.annotations.NullMarked;

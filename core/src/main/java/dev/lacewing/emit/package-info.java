/**
 * Turns a program into something that runs. Each target is one {@link dev.lacewing.emit.Emitter}; {@link dev.lacewing.emit.Tier} says which one, and
 * for which machine, this process uses and why. No emitter knows any kernel.
 */
@NullMarked
package dev.lacewing.emit;

import org.jspecify.annotations.NullMarked;

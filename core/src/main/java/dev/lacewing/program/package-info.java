/**
 * The form in which kernels are written: straight-line code and loops over an abstract vector machine of a few registers. Memory is addressed as
 * pointer + constant and only so; a program reads its parameters from one argument block; lexical scope is register allocation. A program says
 * nothing about a processor but the number and width of its vectors ({@link dev.lacewing.program.Machine}), so an emitter for a new target is short
 * and gives it every kernel. {@link dev.lacewing.program.Interpreter} defines what a program means, to the bit.
 */
@NullMarked
package dev.lacewing.program;

import org.jspecify.annotations.NullMarked;

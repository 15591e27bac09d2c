/**
 * Programs as hidden classes: straight-line calls of the Vector API that the JVM's compiler turns into vector instructions, or plain float arithmetic
 * at one lane, which works on any JVM.
 */
@NullMarked
package dev.lacewing.emit.jvm;

import org.jspecify.annotations.NullMarked;

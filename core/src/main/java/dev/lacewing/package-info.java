/**
 * The public door: {@link dev.lacewing.Lacewing#load} a {@link dev.lacewing.Model}, plan and open it with {@link dev.lacewing.Options} as a
 * {@link dev.lacewing.Session}, run it from any number of threads, ask it why each layer runs as it does, save it. File formats join by implementing
 * {@link dev.lacewing.ModelFormat}.
 */
@NullMarked
package dev.lacewing;

import org.jspecify.annotations.NullMarked;

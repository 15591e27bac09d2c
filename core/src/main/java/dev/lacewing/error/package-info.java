/**
 * What can go wrong, in four kinds: bytes that are malformed, models that are unsupported, arguments that are invalid, and machines that fail. Nothing else is
 * thrown on purpose.
 */
@NullMarked
package dev.lacewing.error;

import org.jspecify.annotations.NullMarked;

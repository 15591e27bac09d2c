/** Values as JSON text. */
@NullMarked
package dev.lacewing.json;

import org.jspecify.annotations.NullMarked;

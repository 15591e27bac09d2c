/** Files that are written wholly or not at all. */
@NullMarked
package dev.lacewing.file;

import org.jspecify.annotations.NullMarked;

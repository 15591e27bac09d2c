/** Files that are written wholly or not at all, and the folder for what can be made again. */
@NullMarked
package dev.lacewing.file;

import org.jspecify.annotations.NullMarked;

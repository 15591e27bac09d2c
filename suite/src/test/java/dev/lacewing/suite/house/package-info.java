/** The repository around the code: the launcher, the pages that tell how to use and extend it, and that they tell the truth. */
@NullMarked
package dev.lacewing.suite.house;

import org.jspecify.annotations.NullMarked;

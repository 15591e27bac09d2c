/** Measurements as text that lasts: JSON to merge later ones into, Markdown between markers in a page written by hand, plots as SVG. */
@NullMarked
package dev.lacewing.bench.report;

import org.jspecify.annotations.NullMarked;

/** The demo's result as one HTML page without any other file: a table, and a bar chart of the layers as inline SVG. Rendering is a pure function of records. */
@NullMarked
package dev.lacewing.cli.report;

import org.jspecify.annotations.NullMarked;

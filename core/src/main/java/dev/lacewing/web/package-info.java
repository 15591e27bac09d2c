/** Placeholder until the exporter's own stands here. */
@NullMarked
package dev.lacewing.web;

import org.jspecify.annotations.NullMarked;

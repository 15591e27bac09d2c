/**
 * A network for the browser: {@link dev.lacewing.web.WebExport} makes WebAssembly modules, one file of weights and a manifest from a plan, and adds the JavaScript
 * that runs them. All addresses are fixed here; a page only copies an input into memory, calls the layers and copies the output back.
 */
@NullMarked
package dev.lacewing.web;

import org.jspecify.annotations.NullMarked;

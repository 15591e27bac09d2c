/** The command {@code bench/web}: exported networks beside onnxruntime-web, in a page of Chromium and in Node. */
@NullMarked
package dev.lacewing.bench.web;

import org.jspecify.annotations.NullMarked;

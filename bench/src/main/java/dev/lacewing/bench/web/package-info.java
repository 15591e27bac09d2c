/**
 * The command {@code bench/web}: exported networks beside onnxruntime-web, in a page of Chromium and in Node. What it takes to see one in a browser is public: {@link
 * dev.lacewing.bench.web.FolderServer} and {@link dev.lacewing.bench.web.ChromiumProgram}.
 */
@NullMarked
package dev.lacewing.bench.web;

import org.jspecify.annotations.NullMarked;

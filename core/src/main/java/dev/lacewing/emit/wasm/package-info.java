/**
 * Programs as WebAssembly: {@link dev.lacewing.emit.wasm.WasmModule} makes one module of all kernels that a network calls and of one function for each of its
 * layers. Memory, argument blocks included, is made and filled by whoever instantiates the module; of single kernels this
 * is {@link dev.lacewing.emit.wasm.NodeProcess}.
 */
@NullMarked
package dev.lacewing.emit.wasm;

import org.jspecify.annotations.NullMarked;

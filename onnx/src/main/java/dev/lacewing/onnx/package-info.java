/**
 * ONNX files in and out. Reading: bytes, protobuf, checks, constants folded, one {@link dev.lacewing.graph.Graph} with static shapes and weights
 * inside its ops. {@code Operators} is the one table from ONNX op type to importer. Writing goes the other way and undoes fusions. Protobuf
 * types do not leave this package.
 */
@NullMarked
package dev.lacewing.onnx;

import org.jspecify.annotations.NullMarked;

package dev.lacewing.graph;

import dev.lacewing.tensor.Shape;

/** A named activation with its shape. */
public record Value(String name, Shape shape) {}

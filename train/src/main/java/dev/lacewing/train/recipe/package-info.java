/** Recipes: what to train and how, as YAML, read strictly into records whose defaults make a recipe of a few lines. */
@NullMarked
package dev.lacewing.train.recipe;

import org.jspecify.annotations.NullMarked;

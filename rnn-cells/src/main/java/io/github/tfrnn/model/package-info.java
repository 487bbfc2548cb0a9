/**
 * Models in and out: state carried between runs, checkpoints, SavedModels, weights of other
 * frameworks.
 */
@NullMarked
package io.github.tfrnn.model;

import org.jspecify.annotations.NullMarked;

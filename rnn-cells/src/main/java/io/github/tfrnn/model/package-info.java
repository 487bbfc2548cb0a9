/** Models in and out: state carried between runs, checkpoints, SavedModels. */
@NullMarked
package io.github.tfrnn.model;

import org.jspecify.annotations.NullMarked;

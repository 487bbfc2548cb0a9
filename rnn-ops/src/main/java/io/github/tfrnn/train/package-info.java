/** Optimizers, learning-rate schedules and gradient clipping for graphs with named variables. */
@NullMarked
package io.github.tfrnn.train;

import org.jspecify.annotations.NullMarked;

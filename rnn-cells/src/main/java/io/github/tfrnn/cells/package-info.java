/** Recurrent cells, their states and wrappers: one time step. */
@NullMarked
package io.github.tfrnn.cells;

import org.jspecify.annotations.NullMarked;

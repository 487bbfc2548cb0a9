/** Drivers that run a cell over whole sequences. */
@NullMarked
package io.github.tfrnn.rnn;

import org.jspecify.annotations.NullMarked;

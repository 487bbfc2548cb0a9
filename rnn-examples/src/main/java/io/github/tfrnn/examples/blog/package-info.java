/** The steps of a well-known note on {@code tf.nn.rnn_cell}, each with its numbers. */
@NullMarked
package io.github.tfrnn.examples.blog;

import org.jspecify.annotations.NullMarked;

/** The launcher {@code tfrnn} and its examples. */
@NullMarked
package io.github.tfrnn.examples;

import org.jspecify.annotations.NullMarked;

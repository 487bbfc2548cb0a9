/** A model of text, one character at a time: trained, sampled from, exported. */
@NullMarked
package io.github.tfrnn.examples.charrnn;

import org.jspecify.annotations.NullMarked;

/** What files of models hold, printed. */
@NullMarked
package io.github.tfrnn.examples.inspect;

import org.jspecify.annotations.NullMarked;

/** Benchmarks of the library, and its comparison with what people would pick instead. */
@NullMarked
package io.github.tfrnn.bench;

import org.jspecify.annotations.NullMarked;

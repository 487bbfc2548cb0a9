/**
 * What the other modules of this family need and users do not. It is exported to them by name and
 * may change at any time.
 */
@NullMarked
package io.github.tfrnn.ops.spi;

import org.jspecify.annotations.NullMarked;

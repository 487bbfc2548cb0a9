/**
 * What recurrent networks need beneath the cells: variable scopes, a loop over time that can be
 * trained, gradients, and ops on padded sequences.
 *
 * <p>Everything here builds graphs; an eager environment is refused.
 */
@NullMarked
package io.github.tfrnn.ops;

import org.jspecify.annotations.NullMarked;

package io.github.tfrnn.rnn;

/**
 * Something of each direction of a {@link BidirectionalRnn}: its outputs, its states.
 *
 * @param forward what belongs to the cell that begins at the first step
 * @param backward what belongs to the cell that begins at the last one
 */
public record Directions<F, B>(F forward, B backward) {}

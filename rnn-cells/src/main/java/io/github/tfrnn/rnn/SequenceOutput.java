package io.github.tfrnn.rnn;

/**
 * What an engine gives.
 *
 * @param outputs of all steps, time first
 * @param state of each row after its last step
 */
record SequenceOutput<Y, S>(Y outputs, S state) {}

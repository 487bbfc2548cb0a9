package io.github.tfrnn.rnn;

/**
 * What a driver gives.
 *
 * @param outputs the outputs of all steps
 * @param state the state after each row's last valid step
 */
public record RnnResult<Y, S>(Y outputs, S state) {}

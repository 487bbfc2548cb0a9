package io.github.tfrnn.rnn;

/**
 * What a driver gives.
 *
 * @param outputs the outputs of all steps
 * @param state the state after each row's last valid step
 * @param engine what computes them, and why
 */
public record RnnResult<Y, S>(Y outputs, S state, EngineUse engine) {

  /** The result of a driver that has one way to run a cell, {@link Engine#LOOP}. */
  public RnnResult(Y outputs, S state) {
    this(outputs, state, EngineUse.steps());
  }
}

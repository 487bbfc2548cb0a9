package io.github.tfrnn.rnn;

import java.util.Optional;

/** A way to run a cell over sequences. All of them give the same numbers and gradients. */
interface SequenceEngine {

  /** The constant that asks for it. */
  Engine name();

  /** What keeps it from running the case, as the end of a sentence; empty if nothing does. */
  Optional<String> obstacle(SequenceRun<?, ?, ?> run);

  /** Why {@link Engine#AUTO} passes it over although it can run the case; empty if it does not. */
  default Optional<String> drawback(SequenceRun<?, ?, ?> run) {
    return Optional.empty();
  }

  /**
   * Adds the ops.
   *
   * @param run for which there is no obstacle
   * @return outputs of all steps, each part {@code [time, batch, ...]}, zeros past the ends of
   *     rows, and the state of each row after its last step
   */
  <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run);
}

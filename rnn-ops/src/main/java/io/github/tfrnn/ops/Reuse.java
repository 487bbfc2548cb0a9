package io.github.tfrnn.ops;

/**
 * Whether a {@link VariableScope} makes variables or hands out those that exist.
 *
 * <p>Source: the {@code reuse} argument of TensorFlow 1.15 {@code tf.variable_scope}.
 */
public enum Reuse {
  /** Makes each variable; a name that exists is refused. TensorFlow 1: {@code reuse=False}. */
  NEVER,
  /**
   * Hands out variables that exist; an unknown name is refused. TensorFlow 1: {@code reuse=True}.
   */
  ALWAYS,
  /** Hands out what exists and makes the rest. TensorFlow 1: {@code tf.AUTO_REUSE}. */
  AUTO;

  /**
   * Returns what a scope inside this one uses if it asks for {@code inner}: reuse cannot be
   * switched off inside.
   */
  Reuse inside(Reuse inner) {
    return inner == NEVER ? this : inner;
  }
}

package io.github.tfrnn.rnn;

/**
 * Which engine runs, and why.
 *
 * @param engine never {@link Engine#AUTO}
 * @param why one clause, such as {@code asked for}
 */
public record EngineUse(Engine engine, String why) {
  private static final EngineUse STEPS =
      new EngineUse(Engine.LOOP, "this driver has no other engine");

  /** What a driver gives that runs the ops of a cell, and nothing else. */
  static EngineUse steps() {
    return STEPS;
  }

  /** The use of two directions. */
  static EngineUse both(EngineUse forward, EngineUse backward) {
    return forward.equals(backward)
        ? forward
        : new EngineUse(
            forward.engine() == backward.engine() ? forward.engine() : Engine.LOOP,
            "forward " + forward + ", backward " + backward);
  }

  /** {@code LOOP (asked for)}. */
  @Override
  public String toString() {
    return engine + " (" + why + ")";
  }
}

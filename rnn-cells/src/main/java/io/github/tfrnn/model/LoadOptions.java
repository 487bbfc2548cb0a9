package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/** How {@link RnnModel#load} reads a model and how long its runs may take. It never changes. */
public final class LoadOptions {
  static final LoadOptions DEFAULTS = new LoadOptions("serve", Optional.empty());

  private final String tag;
  private final Optional<Duration> timeout;

  private LoadOptions(String tag, Optional<Duration> timeout) {
    this.tag = tag;
    this.timeout = timeout;
  }

  /** Returns the options with the tag of the graph to take, {@code serve} by default. */
  public LoadOptions tag(String tag) {
    return new LoadOptions(requireNonNull(tag, "tag"), timeout);
  }

  /**
   * Returns the options with the longest time that a run may take, restoring included; none by
   * default. A run that takes longer fails and leaves the state of its stream as it was. What a
   * loop of the graph does is ended between two of its steps, a single op is not.
   *
   * @throws IllegalArgumentException if it is shorter than a millisecond
   */
  public LoadOptions timeout(Duration timeout) {
    if (timeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "load: timeout must be at least a millisecond, got " + timeout);
    }
    return new LoadOptions(tag, Optional.of(timeout));
  }

  String tag() {
    return tag;
  }

  Optional<Duration> timeout() {
    return timeout;
  }
}

package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Reuse;

/** The settings of everything that has a scope of its own. */
abstract class NamedBuilder<B extends NamedBuilder<B>> {
  private String name;
  private Reuse reuse = Reuse.NEVER;

  NamedBuilder(String name) {
    this.name = name;
  }

  /** Takes over the settings of another builder. */
  NamedBuilder(NamedBuilder<?> other) {
    name = other.name;
    reuse = other.reuse;
  }

  abstract B self();

  /**
   * Sets the default name of the cell's scope, which siblings of that name still make unique. It is
   * the {@code name} argument of TensorFlow 1.15.
   *
   * @throws IllegalArgumentException at {@code build} if it is empty or holds a slash
   */
  public B name(String name) {
    this.name = requireNonNull(name, "name");
    return self();
  }

  /**
   * Shares the weights of a cell that was built before: with {@link Reuse#ALWAYS} the scope of
   * exactly this cell's name must hold them, with {@link Reuse#AUTO} it may. It is the {@code
   * reuse} argument of TensorFlow 1.15.
   */
  public B reuse(Reuse reuse) {
    this.reuse = requireNonNull(reuse, "reuse");
    return self();
  }

  /** A new scope for one cell. */
  CellScope scope() {
    return CellScope.named(name, reuse);
  }

  final int requirePositive(String what, int value) {
    if (value < 1) {
      throw refused(what, "at least 1", Integer.toString(value));
    }
    return value;
  }

  final IllegalArgumentException refused(String what, String rule, String got) {
    return new IllegalArgumentException(name + ": " + what + " must be " + rule + ", got " + got);
  }
}

package io.github.tfrnn.cells;

import java.util.OptionalDouble;
import org.tensorflow.types.family.TFloating;

/** The settings of an LSTM with peepholes, clips and a projection where asked for. */
abstract class LstmBuilder<T extends TFloating, B extends LstmBuilder<T, B>>
    extends ProjectedBuilder<T, B> {
  private boolean peepholes;
  private OptionalDouble cellClip = OptionalDouble.empty();
  private OptionalDouble projectionClip = OptionalDouble.empty();

  LstmBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
  }

  LstmBuilder(CellBuilder<T, ?> other) {
    super(other);
  }

  /** Lets the gates see the memory, through a weight for each unit. */
  public B peepholes() {
    this.peepholes = true;
    return self();
  }

  /**
   * Clips the memory to {@code [-limit, limit]}.
   *
   * @param limit at least 0, where 0 keeps the memory empty
   * @throws IllegalArgumentException if {@code limit} is negative or not a number
   */
  public B cellClip(double limit) {
    this.cellClip = OptionalDouble.of(requireLimit("cellClip", limit));
    return self();
  }

  /**
   * Clips the projected output to {@code [-limit, limit]}.
   *
   * @param limit at least 0
   * @throws IllegalArgumentException if {@code limit} is negative or not a number; at {@code build}
   *     if there is no projection
   */
  public B projectionClip(double limit) {
    this.projectionClip = OptionalDouble.of(requireLimit("projectionClip", limit));
    return self();
  }

  final void requireProjection(String what, boolean set) {
    if (set && projection.isEmpty()) {
      throw refused(what, "set together with projection", "no projection");
    }
  }

  private double requireLimit(String what, double limit) {
    if (!(limit >= 0)) {
      throw refused(what, "at least 0", Double.toString(limit));
    }
    return limit;
  }

  /** The settings as they are now. */
  LstmSettings<T> settings() {
    requireProjection("projectionClip", projectionClip.isPresent());
    return new LstmSettings<>(
        type,
        units,
        forgetBias,
        peepholes,
        cellClip,
        projection,
        projectionClip,
        initializer,
        activation);
  }
}

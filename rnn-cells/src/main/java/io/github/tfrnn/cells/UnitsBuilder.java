package io.github.tfrnn.cells;

import org.tensorflow.types.family.TFloating;

/** The settings of cells with units, those whose activations are fixed among them. */
abstract class UnitsBuilder<T extends TFloating, B extends UnitsBuilder<T, B>>
    extends TypedBuilder<T, B> {
  final int units;

  UnitsBuilder(Class<T> type, int units, String name) {
    this(type, units, "units", name);
  }

  /** As the other one, for a cell that calls its units by another name. */
  UnitsBuilder(Class<T> type, int units, String what, String name) {
    super(type, name);
    this.units = requirePositive(what, units);
  }

  /** Takes over the settings of another builder. */
  UnitsBuilder(UnitsBuilder<T, ?> other) {
    super(other);
    units = other.units;
  }
}

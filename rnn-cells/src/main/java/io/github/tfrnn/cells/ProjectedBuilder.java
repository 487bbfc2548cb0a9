package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.VariableInitializer;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.types.family.TFloating;

/** The settings of an LSTM whose output may be projected. */
abstract class ProjectedBuilder<T extends TFloating, B extends ProjectedBuilder<T, B>>
    extends CellBuilder<T, B> {
  double forgetBias = 1;
  OptionalInt projection = OptionalInt.empty();
  Optional<VariableInitializer> initializer = Optional.empty();

  ProjectedBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
  }

  ProjectedBuilder(CellBuilder<T, ?> other) {
    super(other);
  }

  /** Sets what is added to the forget gate before its sigmoid, 1 by default. */
  public B forgetBias(double forgetBias) {
    this.forgetBias = forgetBias;
    return self();
  }

  /**
   * Projects the output to fewer or more columns.
   *
   * @param columns P, at least 1
   * @throws IllegalArgumentException if {@code columns < 1}
   */
  public B projection(int columns) {
    this.projection = OptionalInt.of(requirePositive("projection", columns));
    return self();
  }

  /** Sets the initializer of all weights but the bias; by default that of the scope around. */
  public B initializer(VariableInitializer initializer) {
    this.initializer = Optional.of(requireNonNull(initializer, "initializer"));
    return self();
  }
}

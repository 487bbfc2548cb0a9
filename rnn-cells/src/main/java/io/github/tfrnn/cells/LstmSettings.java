package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** What is set in an {@link LstmBuilder}. */
record LstmSettings<T extends TFloating>(
    Class<T> type,
    int units,
    double forgetBias,
    boolean peepholes,
    OptionalDouble cellClip,
    OptionalInt projection,
    OptionalDouble projectionClip,
    Optional<VariableInitializer> initializer,
    Activation<T> activation) {

  /** Columns of the output. */
  int outputs() {
    return projection.orElse(units);
  }

  /** Returns the scope with the initializer of the cell, if it has one. */
  VariableScope initialized(VariableScope own) {
    return initializer.map(own::withInitializer).orElse(own);
  }

  /** The forget bias in the columns of f and zero in those of i, j and o, shape {@code [4H]}. */
  Operand<T> forgetShift(Ops tf) {
    return Columns.row(tf, type, units, 0, 0, forgetBias, 0);
  }

  /** What is more than the plain formula. */
  Optional<String> deviation() {
    if (peepholes) {
      return Optional.of("the cell has peepholes");
    }
    if (cellClip.isPresent()) {
      return Optional.of("the cell clips its memory");
    }
    return projection.isPresent() ? Optional.of("the cell has a projection") : Optional.empty();
  }

  /** Makes {@code projection/kernel} if there is a projection. */
  Optional<Operand<T>> projectionKernel(VariableScope own) {
    return projection.isEmpty()
        ? Optional.empty()
        : Optional.of(own.variable("projection/kernel", Shape.of(units, outputs()), type));
  }

  /**
   * What follows the gates.
   *
   * @param memory what becomes of the memory before its clip
   * @param projection the kernel
   */
  LstmStep<T> step(Peepholes<T> peepholes, Activation<T> memory, Optional<Operand<T>> projection) {
    return new LstmStep<>(
        activation,
        peepholes,
        (tf, c) -> LstmStep.clip(tf, memory.apply(tf, c), cellClip),
        activation,
        projection.map(this::projecting).orElseGet(Activation::linear));
  }

  private Activation<T> projecting(Operand<T> kernel) {
    return (tf, h) -> LstmStep.clip(tf, tf.linalg.matMul(h, kernel), projectionClip);
  }
}

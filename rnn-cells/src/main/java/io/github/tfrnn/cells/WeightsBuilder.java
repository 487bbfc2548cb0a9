package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.VariableInitializer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.types.family.TFloating;

/** The settings of cells that can be told what their kernels and biases begin with. */
abstract class WeightsBuilder<T extends TFloating, B extends WeightsBuilder<T, B>>
    extends CellBuilder<T, B> {
  private @Nullable VariableInitializer kernelInitializer;
  private @Nullable VariableInitializer biasInitializer;

  WeightsBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
  }

  WeightsBuilder(CellBuilder<T, ?> other) {
    super(other);
  }

  /** Sets the initializer of the kernels; what is usual, the doc of the cell says. */
  public B kernelInitializer(VariableInitializer initializer) {
    this.kernelInitializer = requireNonNull(initializer, "initializer");
    return self();
  }

  /** Sets the initializer of the biases, of all alike; what is usual, the doc of the cell says. */
  public B biasInitializer(VariableInitializer initializer) {
    this.biasInitializer = requireNonNull(initializer, "initializer");
    return self();
  }

  WeightInitializers initializers() {
    return new WeightInitializers(kernelInitializer, biasInitializer);
  }
}

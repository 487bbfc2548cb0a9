package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableInitializer;
import java.util.function.UnaryOperator;
import org.tensorflow.types.family.TFloating;

/** The settings of cells with a {@link Diagonal} recurrence. */
abstract class DiagonalBuilder<T extends TFloating, B extends DiagonalBuilder<T, B>>
    extends WeightsBuilder<T, B> {
  private VariableInitializer recurrentInitializer = Initializers.uniform(-1, 1);

  DiagonalBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
  }

  /**
   * Sets the initializer of the recurrent weights, {@code kernel_u}. By default they are uniform in
   * {@code [-1, 1)}, as they always are in TensorFlow 1.15, whatever the scope around says.
   */
  public B recurrentInitializer(VariableInitializer initializer) {
    this.recurrentInitializer = requireNonNull(initializer, "initializer");
    return self();
  }

  /**
   * Makes maps with these initializers.
   *
   * @param kernelName the name of a kernel, from the prefix of its map
   */
  Affine.Maker<T> maker(UnaryOperator<String> kernelName) {
    var initializers = initializers();
    var recurrent = recurrentInitializer;
    return (own, prefix, size, bias) ->
        Diagonal.make(
            initializers.kernels(own),
            prefix,
            kernelName.apply(prefix),
            size,
            recurrent,
            initializers.biasOr(bias));
  }
}

package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.spi.LayerKind;
import io.github.tfrnn.ops.spi.LayerWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/** What the cells share that an engine may run as a whole layer. */
final class PlainLayers {
  private PlainLayers() {}

  /**
   * What sets a cell apart from the formula of its kind.
   *
   * @param wholeKernel whether every unit sees the whole of h, through one kernel
   */
  static Optional<String> deviation(boolean wholeKernel, Activation<?> activation) {
    if (!wholeKernel) {
      return Optional.of("the cell has no full matrix for h");
    }
    return activation.equals(Activation.tanh())
        ? Optional.empty()
        : Optional.of("the activation of the cell is not Activation.tanh()");
  }

  /** Returns D of {@code x}, shape {@code [time, batch, D]}, once it and the state fit. */
  static <T extends TFloating, S> long depth(
      String who, TensorCell<T, S> cell, Operand<T> x, S state) {
    long depth = Fit.depthOfSequence(who, x, cell.type());
    Fit.state(who, cell.stateSize(), state, x.shape().get(1));
    return depth;
  }

  /** Returns the kernels and biases of maps that are full products. */
  static <T extends TFloating> LayerWeights<T> weights(
      LayerKind kind, String who, double forgetBias, List<Affine<T>> maps) {
    var variables = new ArrayList<Operand<T>>();
    for (var map : maps) {
      var product = (Linear<T>) map; // deviation() refuses the others
      variables.addAll(List.of(product.kernel(), product.bias()));
    }
    return new LayerWeights<>(kind, who, variables, forgetBias);
  }
}

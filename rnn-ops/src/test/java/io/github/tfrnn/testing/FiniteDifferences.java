package io.github.tfrnn.testing;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat64;

/** Central differences of a scalar with respect to what a placeholder is fed. */
public final class FiniteDifferences {
  private static final double STEP = 1e-5;

  private FiniteDifferences() {}

  /** The slope of {@code loss} in element {@code index} of {@code placeholder}. */
  public static double slope(
      TestGraph test, Operand<TFloat64> loss, Operand<TFloat64> placeholder, int index) {
    return slope(test, loss, placeholder, index, STEP);
  }

  /** As the other one, with a step of its own: single precision needs a longer one. */
  public static double slope(
      TestGraph test,
      Operand<TFloat64> loss,
      Operand<TFloat64> placeholder,
      int index,
      double step) {
    var tensor = (TFloat64) test.fed(placeholder);
    double[] values = TestGraph.elements(tensor);
    double up = at(test, loss, tensor, values, index, step);
    double down = at(test, loss, tensor, values, index, -step);
    tensor.copyFrom(DataBuffers.of(values));
    return (up - down) / (2 * step);
  }

  private static double at(
      TestGraph test,
      Operand<TFloat64> loss,
      TFloat64 tensor,
      double[] values,
      int index,
      double by) {
    double[] moved = values.clone();
    moved[index] += by;
    tensor.copyFrom(DataBuffers.of(moved));
    return test.value(loss)[0];
  }
}

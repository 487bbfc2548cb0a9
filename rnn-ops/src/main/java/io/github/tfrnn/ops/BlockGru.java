package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A GRU over a whole sequence: TensorFlow's op {@code GRUBlockCell} in a loop.
 *
 * <pre>{@code
 * [r, u] = sigmoid([x[t], h] * gates + gatesBias)
 * c = tanh([x[t], r * h] * candidate + candidateBias)
 * h = u * h + (1 - u) * c
 * }</pre>
 *
 * <p>Its gradient is another loop over what the steps give, with the products that need no order
 * after it; there is none of second order. In the body of a loop, and where a step is to be
 * computed again for the gradient, it is that of {@link Scan} with TensorFlow's op for a step back,
 * which takes longer.
 *
 * <p>TensorFlow 1.15 has {@code GRUBlockCellV2} for the step.
 *
 * @param recompute whether the gradient computes each step again instead of keeping what it gave
 */
public record BlockGru(boolean recompute) {

  /**
   * The weights.
   *
   * @param gates {@code [D + H, 2H]}, columns r, u
   * @param gatesBias {@code [2H]}
   * @param candidate {@code [D + H, H]}
   * @param candidateBias {@code [H]}
   */
  public record Weights<T extends TFloating>(
      Operand<T> gates, Operand<T> gatesBias, Operand<T> candidate, Operand<T> candidateBias) {}

  /**
   * What the loop gives.
   *
   * @param last the state after the last step
   * @param h that after each step, {@code [T, B, H]}, zeros where none is taken
   */
  public record Steps<T extends TFloating>(Operand<T> last, Operand<T> h) {}

  /**
   * Adds the loop. Shapes that do not fit each other are an error of the run.
   *
   * @param count how many steps, a scalar, at most T
   * @param x {@code [T, B, D]}, {@code TFloat32}; D must be known
   * @param h the initial state, {@code [B, H]}; H must be known
   * @throws IllegalArgumentException if {@code tf} is eager, if the type is another one, or if D or
   *     H is not known while the graph is built
   */
  public <T extends TFloating> Steps<T> add(
      Ops tf, Operand<TInt32> count, Operand<T> x, Operand<T> h, Weights<T> weights) {
    Graphs.local(tf, "GRUBlockCell");
    if (h.type() != TFloat32.class) {
      throw new IllegalArgumentException(
          "GRUBlockCell: type must be TFloat32, which is what its kernel takes, got "
              + h.type().getSimpleName()
              + ". Rnn.dynamicRnn runs a GruCell of any type.");
    }
    Dimensions.requireLast("GRUBlockCell", "x", x.shape(), 3);
    Dimensions.requireLast("GRUBlockCell", "h", h.shape(), 2);
    Structure<Operand<T>> row =
        Structure.tensor(Leaf.of("h", h.type(), Shape.of(h.shape().get(1))));
    var scan =
        Scan.carrying(tf, row, h).named("GRUBlockCell").over(Structure.<T>tensor(), x).steps(count);
    if (recompute || !(tf.scope().env() instanceof Graph graph)) {
      var result =
          scan.options(o -> recompute ? o.recomputing() : o)
              .run(row, (body, before, xt) -> last(step(body.tf(), xt, before, weights)));
      return new Steps<>(result.carry(), result.outputs());
    }
    var result =
        scan.differentiatedBy(BlockGruGradient.FUNCTIONS.attach(graph, x, h))
            .run(
                Structure.<T>tensors(BlockGruGradient.OUTPUTS),
                (body, before, xt) -> {
                  var steps = step(body.tf(), xt, before, weights);
                  return new Scan.Next<>(steps.get(BlockGruGradient.H), steps);
                });
    return new Steps<>(result.carry(), result.outputs().get(BlockGruGradient.H));
  }

  /** r, u, c and h. */
  private static <T extends TFloating> List<Operand<T>> step(
      Ops tf, Operand<T> x, Operand<T> h, Weights<T> weights) {
    var op =
        tf.nn.gRUBlockCell(
            x,
            h,
            weights.gates(),
            weights.candidate(),
            weights.gatesBias(),
            weights.candidateBias());
    return List.of(op.r(), op.u(), op.c(), op.h());
  }

  private static <T extends TFloating> Scan.Next<Operand<T>, Operand<T>> last(
      List<Operand<T>> steps) {
    var h = steps.get(BlockGruGradient.H);
    return new Scan.Next<>(h, h);
  }
}

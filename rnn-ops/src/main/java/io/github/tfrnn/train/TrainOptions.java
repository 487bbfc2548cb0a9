package io.github.tfrnn.train;

import io.github.tfrnn.ops.ClippedGradients;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * What one training op does besides its updates. Each method returns changed options:
 *
 * <pre>{@code
 * adam.minimize(scope, loss, variables, options -> options.clipNorm(5).globalStep(step))
 * }</pre>
 */
public final class TrainOptions {
  private static final TrainOptions DEFAULTS =
      new TrainOptions(TrainOptions::measure, Optional.empty(), List.of());

  /** Makes the gradients to apply, and their norm, from those that were computed. */
  @FunctionalInterface
  private interface Clipping {
    ClippedGradients<?> of(Ops tf, List<? extends Operand<?>> gradients);
  }

  private final Clipping clipping;
  private final Optional<Variable> globalStep;
  private final List<Op> before;

  private TrainOptions(Clipping clipping, Optional<Variable> globalStep, List<Op> before) {
    this.clipping = clipping;
    this.globalStep = globalStep;
    this.before = before;
  }

  /** No clipping, no global step. */
  static TrainOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Scales the gradients together so that their global norm is at most {@code clipNorm}, as {@link
   * Gradients#clipByGlobalNorm} does. The norm is taken in double precision if all gradients are of
   * it, else in single precision.
   *
   * @throws IllegalArgumentException if {@code clipNorm} is not above zero
   */
  public TrainOptions clipNorm(double clipNorm) {
    if (!(clipNorm > 0)) {
      throw new IllegalArgumentException(
          "train options: clipNorm must be above zero, got " + clipNorm);
    }
    return clipping(
        (tf, gradients) ->
            wide(gradients)
                ? Gradients.clipByGlobalNorm(tf, gradients, tf.constant(clipNorm))
                : Gradients.clipByGlobalNorm(tf, gradients, (float) clipNorm));
  }

  /**
   * As {@link #clipNorm(double)}, in the type of {@code clipNorm}.
   *
   * @param clipNorm scalar, above zero
   */
  public TrainOptions clipNorm(Operand<? extends TFloating> clipNorm) {
    return clipping((tf, gradients) -> Gradients.clipByGlobalNorm(tf, gradients, clipNorm));
  }

  /**
   * Adds one to {@code step} after all updates.
   *
   * @param step an int64 scalar, such as that of {@link GlobalStep#of}
   * @throws IllegalArgumentException if it is not
   */
  public TrainOptions globalStep(Variable step) {
    if (step.type() != TInt64.class || step.shape().numDimensions() != 0) {
      throw new IllegalArgumentException(
          "train options: globalStep must be an int64 scalar, got "
              + step.name()
              + ", "
              + step.type().getSimpleName()
              + Shapes.text(step.shape()));
    }
    return new TrainOptions(clipping, Optional.of(step), before);
  }

  /**
   * Computes these values before any variable changes. Whoever fetches values beside a training op
   * that read variables and that neither the loss nor a gradient needs, an accuracy say, wants
   * this.
   */
  public TrainOptions after(Op... values) {
    List<Op> all = new ArrayList<>(before);
    all.addAll(List.of(values));
    return new TrainOptions(clipping, globalStep, List.copyOf(all));
  }

  private TrainOptions clipping(Clipping changed) {
    return new TrainOptions(changed, globalStep, before);
  }

  ClippedGradients<?> clip(Ops tf, List<? extends Operand<?>> gradients) {
    return clipping.of(tf, gradients);
  }

  Optional<Variable> globalStep() {
    return globalStep;
  }

  List<Op> before() {
    return before;
  }

  private static ClippedGradients<?> measure(Ops tf, List<? extends Operand<?>> gradients) {
    var type = wide(gradients) ? TFloat64.class : TFloat32.class;
    return measured(gradients, Gradients.globalNorm(tf, gradients, type));
  }

  private static <T extends TFloating> ClippedGradients<T> measured(
      List<? extends Operand<?>> gradients, Operand<T> norm) {
    return new ClippedGradients<>(List.copyOf(gradients), norm);
  }

  private static boolean wide(List<? extends Operand<?>> gradients) {
    return gradients.stream().allMatch(gradient -> gradient.type() == TFloat64.class);
  }
}

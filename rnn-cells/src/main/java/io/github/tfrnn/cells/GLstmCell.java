package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell in groups: input, state and units are cut into G parts, and each
 * part of the units sees its own part of the input and the state only. It has a G-th of the
 * weights.
 *
 * <p>With batch size {@code B}, input width {@code D}, {@code H} units and output width {@code P},
 * which is H without a projection, one step takes x, shape {@code [B, D]}, and the state c, {@code
 * [B, H]}, and h, {@code [B, P]}, and computes
 *
 * <pre>{@code
 * [i_k, j_k, f_k, o_k] = [x_k, h_k] * groupk/kernel        for each group k
 * i = [i_0, i_1, ..] + bias_i, and j, f and o in the same way
 * c' = c * sigmoid(f + forgetBias) + sigmoid(i) * tanh(j)
 * h' = (activation(c') * sigmoid(o)) * projection/kernel
 * }</pre>
 *
 * <p>D, H and P must be divisible by G. As in TensorFlow 1.15 {@link Builder#activation} is that of
 * c' only.
 *
 * <p>Its scope, {@code glstm_cell} by default, holds in the order of their creation {@code
 * group0/kernel}, {@code group1/kernel} and so on, shape {@code [(D + P) / G, 4H / G]}, columns i,
 * j, f, o; {@code bias_i}, {@code bias_j}, {@code bias_f}, {@code bias_o}, shape {@code [H]}, zeros
 * at first; and {@code projection/kernel}, shape {@code [H, P]}, with {@link Builder#projection}
 * only. Kernels begin with {@link Builder#initializer}, or else that of the scope around; that of
 * the projection too, which TensorFlow 1.15 forgets.
 *
 * <p>Sources: Kuchaiev and Ginsburg 2017; {@code tf.contrib.rnn.GLSTMCell} of TensorFlow 1.15.
 */
public final class GLstmCell<T extends TFloating> extends AbstractLstmCell<T> {
  private final int units;
  private final int groups;
  private final double forgetBias;
  private final OptionalInt projection;
  private final Optional<VariableInitializer> initializer;
  private final Activation<T> activation;

  private GLstmCell(Builder<T> builder) {
    super(builder.type, builder.scope(), builder.units, builder.outputs());
    units = builder.units;
    groups = builder.groups;
    forgetBias = builder.forgetBias;
    projection = builder.projection;
    initializer = builder.initializer;
    activation = builder.activation;
  }

  /**
   * Begins a cell.
   *
   * @param type the type of input, state and weights
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating> Builder<T> builder(Class<T> type, int units) {
    return new Builder<>(type, units);
  }

  @Override
  long depth(String who, Operand<T> x) {
    long depth = super.depth(who, x);
    if (depth % groups != 0) {
      throw new IllegalArgumentException(
          who
              + ": x must have an input size divisible by the number of groups, "
              + groups
              + ", got input size "
              + depth);
    }
    return depth;
  }

  @Override
  LstmWeights<T> weights(VariableScope inside, long depth) {
    var own = initializer.map(inside::withInitializer).orElse(inside);
    var tf = own.tf();
    int outputs = projection.orElse(units);
    var kernels = new ArrayList<Operand<T>>();
    for (int k = 0; k < groups; k++) {
      var shape = Shape.of((depth + outputs) / groups, 4L * units / groups);
      kernels.add(own.variable("group" + k + "/kernel", shape, type()));
    }
    var biases = new ArrayList<Operand<T>>();
    for (var gate : List.of("i", "j", "f", "o")) {
      biases.add(own.variable("bias_" + gate, Shape.of(units), type(), Initializers.zeros()));
    }
    biases.set(2, tf.math.add(biases.get(2), tf.constantOfSameType(biases.get(2), forgetBias)));
    var step = LstmStep.plain(Activation.tanh(), activation);
    if (projection.isPresent()) {
      var kernel = own.variable("projection/kernel", Shape.of(units, outputs), type());
      step = step.projected((ops, m) -> ops.linalg.matMul(m, kernel));
    }
    var product = Groups.of(tf, kernels, biases, units);
    return new LstmWeights.OfProduct<>(
        product, ops -> product.halves(ops, depth, outputs), step::next);
  }

  /** Settings of a {@link GLstmCell}. */
  public static final class Builder<T extends TFloating> extends ProjectedBuilder<T, Builder<T>> {
    private int groups = 1;

    private Builder(Class<T> type, int units) {
      super(type, units, "glstm_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /**
     * Sets the number of groups, {@code number_of_groups} of TensorFlow 1.15; 1 by default, which
     * is an {@link LstmCell} with its bias in four parts.
     *
     * @param groups G, at least 1
     * @throws IllegalArgumentException if {@code groups < 1}
     */
    public Builder<T> groups(int groups) {
      this.groups = requirePositive("groups", groups);
      return this;
    }

    private int outputs() {
      return projection.orElse(units);
    }

    private void requireDivisible(String what, int value) {
      if (value % groups != 0) {
        throw refused(
            what, "divisible by the number of groups, " + groups, Integer.toString(value));
      }
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if units or projection are not divisible by the number of
     *     groups
     */
    public GLstmCell<T> build() {
      requireDivisible("units", units);
      requireDivisible("projection", outputs());
      return new GLstmCell<>(this);
    }
  }
}

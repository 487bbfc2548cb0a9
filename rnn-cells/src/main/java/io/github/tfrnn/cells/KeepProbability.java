package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.VariableScope;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** With what probability dropout keeps an element: a number, or a scalar known at run time. */
final class KeepProbability {
  static final KeepProbability ALL = new KeepProbability("", OptionalDouble.of(1), null);

  private final String name;
  private final OptionalDouble number;
  private final @Nullable Operand<? extends TFloating> scalar;
  private @Nullable Operand<TFloat32> value;

  private KeepProbability(
      String name, OptionalDouble number, @Nullable Operand<? extends TFloating> scalar) {
    this.name = name;
    this.number = number;
    this.scalar = scalar;
  }

  /**
   * A probability that is known now.
   *
   * @param who begins the message
   * @param name of the argument
   * @throws IllegalArgumentException unless {@code number} is in [0, 1]
   */
  static KeepProbability of(String who, String name, double number) {
    if (!(number >= 0 && number <= 1)) {
      throw new IllegalArgumentException(
          who + ": " + name + " must be between 0 and 1, got " + number);
    }
    return new KeepProbability(name, OptionalDouble.of(number), null);
  }

  /**
   * A probability that is known at run time.
   *
   * @throws IllegalArgumentException if {@code scalar} has dimensions
   */
  static KeepProbability of(String who, String name, Operand<? extends TFloating> scalar) {
    if (scalar.shape().numDimensions() > 0) {
      throw new IllegalArgumentException(
          who + ": " + name + " must be a scalar, got shape " + Shapes.text(scalar.shape()));
    }
    return new KeepProbability(name, OptionalDouble.empty(), scalar);
  }

  /** Whether nothing is ever dropped, so that no op is needed. */
  boolean keepsAll() {
    return number.isPresent() && number.getAsDouble() == 1;
  }

  /** The least of the numbers in [0, 1) for which an element is kept, a scalar. */
  Operand<TFloat32> threshold(VariableScope own) {
    if (number.isPresent()) {
      return own.tf().constant((float) (1 - number.getAsDouble()));
    }
    var tf = Ops.create(own.graph());
    return tf.math.sub(tf.constant(1f), value(own));
  }

  /** What a kept element is multiplied by, 1 / keep, a scalar; 0 where nothing is kept. */
  <T extends TFloating> Operand<T> scale(VariableScope own, Class<T> type) {
    if (number.isPresent()) {
      double keep = number.getAsDouble();
      return own.tf().dtypes.cast(own.tf().constant(keep == 0 ? 0 : 1 / keep), type);
    }
    var tf = Ops.create(own.graph());
    return tf.dtypes.cast(tf.math.divNoNan(tf.constant(1f), value(own)), type);
  }

  private Operand<TFloat32> value(VariableScope own) {
    if (value == null) {
      var given = requireNonNull(scalar);
      if (given.asOutput().op().env() != own.graph()) {
        throw new IllegalArgumentException(
            own.name()
                + ": "
                + name
                + " must belong to the graph of the scope, outside of any loop, got "
                + given.asOutput().op().name()
                + " of another graph");
      }
      value = Ops.create(own.graph()).dtypes.cast(given, TFloat32.class);
    }
    return value;
  }
}

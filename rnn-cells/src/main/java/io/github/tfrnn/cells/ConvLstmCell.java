package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell for sequences of signals, pictures or volumes: its product is a
 * convolution over one, two or three dimensions.
 *
 * <p>With batch size {@code B}, {@code Cin} channels of the input, {@code C} of the output and a
 * field {@code F}, such as {@code [height, width]}, one step takes x, shape {@code [B] + F +
 * [Cin]}, and the state c and h, each {@code [B] + F + [C]}, and computes
 *
 * <pre>{@code
 * [i, j, f, o] = convolution([x, h], kernel) + biases
 * c' = c * sigmoid(f + forgetBias) + sigmoid(i) * activation(j)
 * h' = activation(c') * sigmoid(o)
 * }</pre>
 *
 * <p>with channels side by side in the last dimension, steps of one, and zeros around the field.
 * With {@link Builder#skipConnection} the output is {@code [h', x]}, of {@code C + Cin} channels,
 * and the state stays as it is. TensorFlow 1.15 puts x into the state as well, where the next step
 * fails over it.
 *
 * <p>Its scope, {@code conv_1d_lstm_cell}, {@code conv_2d_lstm_cell} or {@code conv_3d_lstm_cell}
 * by default, holds {@code kernel}, shape of the kernel {@code + [Cin + C, 4C]}, columns i, j, f,
 * o, with the initializer of the scope around it; and {@code biases}, shape {@code [4C]}, zeros at
 * first, unless {@link Builder#withoutBias} is asked for.
 *
 * <p>Sources: Shi et al. 2015; {@code tf.contrib.rnn.ConvLSTMCell} of TensorFlow 1.15, whose scope
 * is {@code conv_lstm_cell}, and {@code Conv1DLSTMCell}, {@code Conv2DLSTMCell} and {@code
 * Conv3DLSTMCell}.
 */
public final class ConvLstmCell<T extends TFloating> extends AbstractLstmCell<T> {
  private final Shape input;
  private final Shape kernel;
  private final int channels;
  private final double forgetBias;
  private final boolean bias;
  private final boolean skip;
  private final Activation<T> activation;

  private ConvLstmCell(Builder<T> builder) {
    super(builder.type, builder.scope(), builder.state(), builder.state(), builder.output());
    input = builder.input;
    kernel = builder.kernel;
    channels = builder.units;
    forgetBias = builder.forgetBias;
    bias = builder.bias;
    skip = builder.skip;
    activation = builder.activation;
  }

  /**
   * Begins a cell with as many dimensions as {@code kernel} has.
   *
   * @param type the type of input, state and weights
   * @param input {@code F + [Cin]}, a row of the input, such as {@code [height, width, Cin]}
   * @param channels C, at least 1
   * @param kernel one size for each dimension of F, such as {@code [3, 3]}
   * @throws IllegalArgumentException if the kernel does not have one to three known dimensions, the
   *     input not one more, all of at least 1, or {@code channels < 1}
   */
  public static <T extends TFloating> Builder<T> builder(
      Class<T> type, Shape input, int channels, Shape kernel) {
    return new Builder<>(type, input, channels, kernel);
  }

  @Override
  long depth(String who, Operand<T> x) {
    Fit.type(who, x.type(), type());
    var expected = input.prepend(Shape.UNKNOWN_SIZE);
    var shape = x.shape();
    boolean known =
        shape.numDimensions() == expected.numDimensions()
            && LongStream.of(shape.asArray()).skip(1).allMatch(size -> size >= 0);
    if (!known || !shape.isCompatibleWith(expected)) {
      throw new IllegalArgumentException(
          who + ": x must have shape " + Shapes.text(expected) + ", got " + Shapes.text(shape));
    }
    return shape.get(shape.numDimensions() - 1);
  }

  @Override
  LstmWeights<T> weights(VariableScope own, long depth) {
    var tf = own.tf();
    long columns = 4L * channels;
    var weights = own.variable("kernel", kernel.append(depth + channels).append(columns), type());
    var shift = Columns.row(tf, type(), channels, 0, 0, forgetBias, 0);
    if (bias) {
      var biases = own.variable("biases", Shape.of(columns), type(), Initializers.zeros());
      shift = tf.math.add(biases, shift);
    }
    var product = new Convolution<>(weights, shift);
    var step = LstmStep.plain(activation, activation);
    var whole =
        new LstmWeights.OfProduct<>(
            product, ops -> product.halves(ops, depth, channels), step::next);
    return skip ? new Skipping<>(whole) : whole;
  }

  /** Puts x beside the output; in two halves x stands beside its product until then. */
  private record Skipping<T extends TFloating>(LstmWeights<T> weights) implements LstmWeights<T> {

    @Override
    public Step<Operand<T>, LstmState<T>> step(Ops tf, Operand<T> x, LstmState<T> state) {
      return beside(tf, weights.step(tf, x, state), x);
    }

    @Override
    public Projection<T, LstmState<T>> project(Ops outside, Operand<T> inputs) {
      var projection = weights.project(outside, inputs);
      var both = new ArrayList<>(projection.inputs());
      both.add(inputs);
      return new Projection<>(
          both,
          (tf, parts, state) -> {
            int products = parts.size() - 1;
            var step = projection.recurrence().step(tf, parts.subList(0, products), state);
            return beside(tf, step, parts.get(products));
          });
    }

    private static <T extends TFloating> Step<Operand<T>, LstmState<T>> beside(
        Ops tf, Step<Operand<T>, LstmState<T>> step, Operand<T> x) {
      return new Step<>(join(tf, step.output(), x), step.state());
    }

    private static <T extends TFloating> Operand<T> join(
        Ops tf, Operand<T> left, Operand<T> right) {
      return tf.concat(List.of(left, right), tf.constant(-1));
    }
  }

  /** Settings of a {@link ConvLstmCell}. */
  public static final class Builder<T extends TFloating> extends CellBuilder<T, Builder<T>> {
    private final Shape input;
    private final Shape kernel;
    private double forgetBias = 1;
    private boolean bias = true;
    private boolean skip;

    private Builder(Class<T> type, Shape input, int channels, Shape kernel) {
      super(type, channels, "channels", "conv_" + kernel.numDimensions() + "d_lstm_cell");
      this.input = input;
      this.kernel = kernel;
      int dimensions = kernel.numDimensions();
      if (dimensions < 1 || dimensions > 3 || !allPositive(kernel)) {
        throw refused("kernel", "one to three sizes of at least 1", Shapes.text(kernel));
      }
      if (input.numDimensions() != dimensions + 1 || !allPositive(input)) {
        throw refused(
            "input",
            "one size of at least 1 for each dimension of the kernel and then the channels",
            "an invalid input shape " + Shapes.text(input) + " for " + dimensions + " dimensions");
      }
    }

    private static boolean allPositive(Shape shape) {
      return LongStream.of(shape.asArray()).allMatch(size -> size >= 1);
    }

    private Shape state() {
      return input.take(kernel.numDimensions()).append(units);
    }

    private Shape output() {
      long more = skip ? input.get(kernel.numDimensions()) : 0;
      return input.take(kernel.numDimensions()).append(units + more);
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Sets what is added to the forget gate before its sigmoid, 1 by default. */
    public Builder<T> forgetBias(double forgetBias) {
      this.forgetBias = forgetBias;
      return this;
    }

    /** Leaves out the biases: {@code use_bias=False} of TensorFlow 1.15. */
    public Builder<T> withoutBias() {
      this.bias = false;
      return this;
    }

    /** Puts the input beside the output, after its channels. */
    public Builder<T> skipConnection() {
      this.skip = true;
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public ConvLstmCell<T> build() {
      return new ConvLstmCell<>(this);
    }
  }
}

package io.github.tfrnn.conformance;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * What a cell is run with: sequences, an initial state and lengths.
 *
 * @param inputs one for each leaf of the cell's input, {@code [batch, time, ...]}
 * @param initial one for each leaf of its state, {@code [batch, ...]}
 * @param lengths {@code [batch]}
 */
record Fed(List<Operand<?>> inputs, List<Operand<?>> initial, Operand<TInt32> lengths) {

  /** Placeholders for any batch size and length. */
  static Fed placeholders(TestGraph test, Entry entry, List<Leaf> state) {
    var tf = test.tf();
    var inputs = new ArrayList<Operand<?>>();
    for (var input : entry.inputs()) {
      Class<? extends TType> type = input.floating() ? entry.precision().type : TInt32.class;
      inputs.add(placeholder(tf, type, input.row().prepend(-1).prepend(-1)));
    }
    var initial = new ArrayList<Operand<?>>();
    for (var leaf : state) {
      initial.add(placeholder(tf, leaf.type(), leaf.withBatch(-1)));
    }
    return new Fed(inputs, initial, tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1))));
  }

  private static Operand<?> placeholder(Ops tf, Class<? extends TType> type, Shape shape) {
    return tf.placeholder(type, Placeholder.shape(shape));
  }

  /** The same, with the sizes of a batch known while the graph is built. */
  Fed sized(Ops tf, Size size) {
    var sequences = new ArrayList<Operand<?>>();
    for (var input : inputs) {
      long[] shape = input.shape().asArray().clone();
      shape[0] = size.batch();
      shape[1] = size.time();
      sequences.add(tf.ensureShape(input, Shape.of(shape)));
    }
    var state = new ArrayList<Operand<?>>();
    for (var part : initial) {
      long[] shape = part.shape().asArray().clone();
      for (int i = 0; i < shape.length; i++) {
        shape[i] = shape[i] < 0 ? size.batch() : shape[i];
      }
      state.add(tf.ensureShape(part, Shape.of(shape)));
    }
    return new Fed(sequences, state, tf.ensureShape(lengths, Shape.of(size.batch())));
  }

  /** The same, converted to another element type; integers stay. */
  Fed as(Ops tf, Class<? extends TFloating> type) {
    return new Fed(cast(tf, inputs, type), cast(tf, initial, type), lengths);
  }

  private static List<Operand<?>> cast(
      Ops tf, List<Operand<?>> values, Class<? extends TFloating> type) {
    var cast = new ArrayList<Operand<?>>();
    for (var value : values) {
      cast.add(Results.isFloating(value) ? tf.dtypes.cast(value, type) : value);
    }
    return cast;
  }

  /** Inputs and parts of the state that have a gradient. */
  List<Operand<?>> sources() {
    var all = new ArrayList<>(inputs);
    all.addAll(initial);
    return all.stream().filter(Results::isFloating).toList();
  }

  /** A number of rows and steps, and how many steps each row has. */
  record Size(int batch, int time, List<Integer> lengths) {
    /** A full row, one that ends early, and one that never begins. */
    static final Size USUAL = new Size(3, 3, List.of(3, 1, 0));

    static final Size OTHER = new Size(2, 2, List.of(1, 2));
  }

  /** Feeds numbers that depend on the size only. */
  void feed(TestGraph test, Entry entry, Size size) {
    feed(test, entry, size, false);
  }

  /**
   * Feeds the same, but for NaN and integers out of range behind the end of each row.
   *
   * @param dirty whether to
   */
  void feed(TestGraph test, Entry entry, Size size, boolean dirty) {
    var random = new Random(11);
    for (int i = 0; i < inputs.size(); i++) {
      var input = entry.inputs().get(i);
      var shape = input.row().prepend(size.time()).prepend(size.batch());
      double[] values =
          random
              .doubles(shape.size())
              .map(u -> input.floating() ? 2 * u - 1 : Math.floor(u * input.ids()))
              .toArray();
      if (dirty) {
        soil(values, size, input.floating() ? Double.NaN : -1);
      }
      feed(test, entry, inputs.get(i), shape, values);
    }
    for (var part : initial) {
      long[] shape = part.shape().asArray().clone();
      for (int i = 0; i < shape.length; i++) {
        shape[i] = shape[i] < 0 ? size.batch() : shape[i];
      }
      double[] values = random.doubles(Shape.of(shape).size()).map(u -> 1.6 * u - 0.8).toArray();
      feed(test, entry, part, Shape.of(shape), values);
    }
    test.refeed(
        lengths, TInt32.vectorOf(size.lengths().stream().mapToInt(Integer::intValue).toArray()));
  }

  private static void soil(double[] values, Size size, double with) {
    int step = values.length / (size.batch() * size.time());
    for (int row = 0; row < size.batch(); row++) {
      int from = (row * size.time() + size.lengths().get(row)) * step;
      Arrays.fill(values, from, (row + 1) * size.time() * step, with);
    }
  }

  private static void feed(
      TestGraph test, Entry entry, Operand<?> placeholder, Shape shape, double[] values) {
    test.refeed(
        placeholder,
        Results.isFloating(placeholder)
            ? entry.precision().tensor(shape, values)
            : ints(placeholder, shape, values));
  }

  private static Tensor ints(Operand<?> placeholder, Shape shape, double[] values) {
    if (placeholder.type() != TInt32.class) {
      throw new IllegalArgumentException("no numbers for a placeholder of " + placeholder.type());
    }
    var whole = Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    return TInt32.tensorOf(shape, DataBuffers.of(whole));
  }
}

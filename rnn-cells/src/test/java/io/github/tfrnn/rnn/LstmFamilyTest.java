package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.ConvLstmCell;
import io.github.tfrnn.cells.CoupledInputForgetGateLstmCell;
import io.github.tfrnn.cells.GLstmCell;
import io.github.tfrnn.cells.LayerNormBasicLstmCell;
import io.github.tfrnn.cells.LayerNormLstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.NasCell;
import io.github.tfrnn.cells.PhasedLstmCell;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.cells.WeightNormLstmCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;

/** The cells of the LSTM family give the same in both drivers, with a batch of unknown size too. */
class LstmFamilyTest {
  private static final int[] LENGTHS = {3, 1, 0};
  private static final double TOLERANCE = 1e-11;

  /** Cells that take one row of width two. */
  enum Cell {
    LAYER_NORM_BASIC,
    LAYER_NORM,
    COUPLED,
    WEIGHT_NORM,
    NAS,
    GROUPED,
    STACK;

    TensorCell<TFloat64, ?> make() {
      var type = TFloat64.class;
      return switch (this) {
        case LAYER_NORM_BASIC -> LayerNormBasicLstmCell.builder(type, 3).build();
        case LAYER_NORM ->
            LayerNormLstmCell.builder(type, 3).peepholes().cellClip(0.8).projection(2).build();
        case COUPLED ->
            CoupledInputForgetGateLstmCell.builder(type, 3).peepholes().layerNorm().build();
        case WEIGHT_NORM -> WeightNormLstmCell.builder(type, 3).projection(2).build();
        case NAS -> NasCell.builder(type, 3).bias().projection(2).build();
        case GROUPED -> GLstmCell.builder(type, 4).groups(2).projection(2).build();
        case STACK ->
            MultiRnnCell.of(
                List.of(
                    LayerNormLstmCell.builder(type, 4).build(),
                    GLstmCell.builder(type, 4).groups(2).build(),
                    NasCell.builder(type, 2).build()));
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void staticEqualsDynamicAndPaddingDoesNotMatter(Cell cell) {
    assertDriversAgree(cell::make, Shape.of(2));
  }

  @ParameterizedTest(name = "{0} dimensions")
  @ValueSource(ints = {1, 2, 3})
  void convolutionsDoToo(int dimensions) {
    var field = dimensions == 1 ? Shape.of(3) : Shape.of(3, 2, 2).take(dimensions);
    var kernel = dimensions == 1 ? Shape.of(3) : Shape.of(3, 2, 1).take(dimensions);
    var row = field.append(2);
    assertDriversAgree(() -> ConvLstmCell.builder(TFloat64.class, row, 2, kernel).build(), row);
    assertDriversAgree(
        () -> ConvLstmCell.builder(TFloat64.class, row, 1, kernel).skipConnection().build(), row);
  }

  @ParameterizedTest(name = "peepholes {0}")
  @ValueSource(booleans = {false, true})
  void timedInputsDoToo(boolean peepholes) {
    var builder = PhasedLstmCell.builder(TFloat64.class, 3).period(2, 5).ratioOn(0.6);
    var settings = peepholes ? builder.peepholes() : builder;
    assertDriversAgree(settings::build, Shape.of(1), Shape.of(2));
  }

  /** Two cells with weights in one scope, as one cell has another mask in every loop. */
  @Test
  void bothDriversDropTheSame() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.random64(Shape.of(-1, 3, 2), Shape.of(3, 3, 2));
      var steps = tf.unstack(x, 3L, Unstack.axis(1L)).output();
      var unrolled = Rnn.staticRnn(test.scope(), dropping(), steps);
      var loop = Rnn.dynamicRnn(test.scope(), dropping(), x);
      var stepped = tf.stack(unrolled.outputs(), Stack.axis(1L));
      var sources = new ArrayList<Operand<TFloat64>>(List.of(x));
      test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
      var fetches = new ArrayList<Operand<?>>(List.of(stepped, loop.outputs()));
      fetches.addAll(Gradients.of(test.weigh(stepped, 0), sources));
      fetches.addAll(Gradients.of(test.weigh(loop.outputs(), 0), sources));
      var numbers = test.values(fetches);
      assertArrayEquals(numbers.get(0), numbers.get(1), TOLERANCE);
      int count = sources.size();
      for (int i = 2; i < 2 + count; i++) {
        assertArrayEquals(numbers.get(i), numbers.get(i + count), TOLERANCE, "gradient " + i);
      }
      assertNotEquals(numbers.get(0)[0], test.value(stepped)[0], 1e-9, "another run");
    }
  }

  private static LayerNormBasicLstmCell<TFloat64> dropping() {
    return LayerNormBasicLstmCell.builder(TFloat64.class, 8)
        .dropoutKeepProb(0.6)
        .reuse(Reuse.AUTO)
        .build();
  }

  private static <X> void assertDriversAgree(
      Supplier<? extends RnnCell<X, Operand<TFloat64>, ?>> cell, Shape... rows) {
    var clean = new ArrayList<double[]>();
    for (double padding : new double[] {0, Double.NaN}) {
      try (var test = new TestGraph()) {
        var numbers = numbers(test, cell.get(), padding, rows);
        int half = numbers.size() / 2;
        for (int i = 0; i < half; i++) {
          assertArrayEquals(numbers.get(i), numbers.get(half + i), TOLERANCE, "tensor " + i);
        }
        assertTrue(Arrays.stream(numbers.get(0)).anyMatch(v -> v != 0));
        if (clean.isEmpty()) {
          clean.addAll(numbers);
        }
        for (int i = 0; i < clean.size(); i++) {
          assertArrayEquals(clean.get(i), numbers.get(i), 0, "tensor " + i + " with " + padding);
        }
      }
    }
  }

  /** Results and gradients of the unrolled cell, and then of the loop. */
  private static <X, S> List<double[]> numbers(
      TestGraph test, RnnCell<X, Operand<TFloat64>, S> cell, double padding, Shape... rows) {
    var tf = test.tf();
    var inputs = new ArrayList<Operand<TFloat64>>();
    for (var row : rows) {
      inputs.add(padded(test, row, padding));
    }
    var initial = new ArrayList<Operand<TFloat64>>();
    for (var leaf : cell.stateSize().leaves()) {
      initial.add(test.random64(leaf.withBatch(-1), leaf.withBatch(3)));
    }
    var state = cell.stateSize().pack(initial);
    var lengths = test.feedInts(LENGTHS);

    var steps = new ArrayList<X>();
    var apart = inputs.stream().map(x -> tf.unstack(x, 3L, Unstack.axis(1L)).output()).toList();
    for (int t = 0; t < 3; t++) {
      int at = t;
      steps.add(cell.inputSize().pack(apart.stream().map(parts -> parts.get(at)).toList()));
    }
    var unrolled =
        Rnn.staticRnn(
            test.scope(), cell, steps, o -> o.initialState(state).sequenceLength(lengths));
    var loop =
        Rnn.dynamicRnn(
            test.scope(),
            cell,
            cell.inputSize().pack(inputs),
            o -> o.initialState(state).sequenceLength(lengths));

    var sources = new ArrayList<Operand<TFloat64>>(inputs);
    sources.addAll(initial);
    test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
    var fetches = new ArrayList<Operand<?>>();
    fetches.addAll(
        all(test, tf.stack(unrolled.outputs(), Stack.axis(1L)), cell, unrolled.state(), sources));
    fetches.addAll(all(test, loop.outputs(), cell, loop.state(), sources));
    return test.values(fetches);
  }

  private static <X, S> List<Operand<?>> all(
      TestGraph test,
      Operand<TFloat64> outputs,
      RnnCell<X, Operand<TFloat64>, S> cell,
      S state,
      List<Operand<TFloat64>> sources) {
    var all = new ArrayList<Operand<?>>();
    var terms = new ArrayList<Operand<TFloat64>>();
    all.add(outputs);
    all.addAll(cell.stateSize().flatten(state));
    for (var result : all) {
      terms.add(test.weigh(typed(result), terms.size()));
    }
    all.addAll(Gradients.of(test.total(terms), sources));
    return all;
  }

  @SuppressWarnings("unchecked") // all tensors here are of this type
  private static Operand<TFloat64> typed(Operand<?> value) {
    return (Operand<TFloat64>) value;
  }

  private static Operand<TFloat64> padded(TestGraph test, Shape row, double padding) {
    int size = (int) row.size();
    double[] values = test.random(9 * size);
    IntStream.range(0, values.length)
        .filter(i -> i / size % 3 >= LENGTHS[i / size / 3])
        .forEach(i -> values[i] = padding);
    return test.feed64(row.prepend(3).prepend(-1), row.prepend(3).prepend(3), values);
  }

  @ParameterizedTest(name = "{0} rows")
  @ValueSource(ints = {1, 2})
  void aBatchOfKnownSizeKeepsIt(int batch) {
    try (var test = new TestGraph()) {
      for (var cell : Cell.values()) {
        var x = test.random64(Shape.of(batch, 2, 2), Shape.of(batch, 2, 2));
        var result = Rnn.dynamicRnn(test.scope().scope("" + cell), cell.make(), x);
        assertEquals(batch, result.outputs().shape().get(0), cell.name());
      }
    }
  }
}

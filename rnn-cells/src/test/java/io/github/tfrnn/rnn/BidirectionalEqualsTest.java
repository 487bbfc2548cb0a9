package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.conformance.Cells;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** All ways to run a layer in both directions give the same values and the same gradients. */
class BidirectionalEqualsTest {
  private static final int TIME = 3;
  private static final int BATCH = 3;
  private static final int DEPTH = 2;
  private static final int[] LENGTHS = {3, 1, 0};
  private static final Shape SHAPE = Shape.of(BATCH, TIME, DEPTH);

  /** One way to run it. */
  enum Way {
    DYNAMIC,
    STATIC,
    /** What TensorFlow 1.15 does: the inputs of the backward cell reversed, its outputs too. */
    REVERSED_INPUTS
  }

  /** Two cells over the same inputs from the same initial states. */
  private record Layer<S>(
      TestGraph test,
      TensorCell<TFloat64, S> cellFw,
      TensorCell<TFloat64, S> cellBw,
      Operand<TFloat64> x,
      Optional<Operand<TInt32>> lengths,
      List<Operand<TFloat64>> initial) {

    static <S> Layer<S> of(
        TestGraph test,
        TensorCell<TFloat64, S> cellFw,
        TensorCell<TFloat64, S> cellBw,
        Operand<TFloat64> x,
        Optional<Operand<TInt32>> lengths) {
      var initial = new ArrayList<Operand<TFloat64>>();
      for (var cell : List.of(cellFw, cellBw)) {
        for (var leaf : cell.stateSize().leaves()) {
          var shape = leaf.withBatch(BATCH);
          initial.add(test.random64(shape, shape));
        }
      }
      return new Layer<>(test, cellFw, cellBw, x, lengths, initial);
    }

    S initialFw() {
      return cellFw.stateSize().pack(initial.subList(0, initial.size() / 2));
    }

    S initialBw() {
      return cellBw.stateSize().pack(initial.subList(initial.size() / 2, initial.size()));
    }

    <D> RnnOptions<D> limited(RnnOptions<D> options) {
      return lengths.map(options::sequenceLength).orElse(options);
    }

    /** Outputs {@code [batch, time, fw + bw]}, and the parts of both states. */
    List<Operand<TFloat64>> results(Way way) {
      var tf = test.tf();
      UnaryOperator<RnnOptions<Directions<S, S>>> options =
          all -> limited(all).initialState(new Directions<>(initialFw(), initialBw()));
      return switch (way) {
        case DYNAMIC -> {
          var result = BidirectionalRnn.dynamicRnn(test.scope(), cellFw, cellBw, x, options);
          yield flat(BidirectionalRnn.concat(tf, result.outputs()), result.state());
        }
        case STATIC -> {
          var steps = tf.unstack(x, (long) TIME, Unstack.axis(1L)).output();
          var result = BidirectionalRnn.staticRnn(test.scope(), cellFw, cellBw, steps, options);
          yield flat(tf.stack(result.outputs(), Stack.axis(1L)), result.state());
        }
        case REVERSED_INPUTS -> {
          var scope = test.scope().scope("reversed");
          var forward =
              Rnn.dynamicRnn(scope, cellFw, x, all -> limited(all).initialState(initialFw()));
          var backward =
              Rnn.dynamicRnn(
                  scope, cellBw, reversed(x), all -> limited(all).initialState(initialBw()));
          var outputs = List.of(forward.outputs(), reversed(backward.outputs()));
          yield flat(
              tf.concat(outputs, tf.constant(2)),
              new Directions<>(forward.state(), backward.state()));
        }
      };
    }

    private Operand<TFloat64> reversed(Operand<TFloat64> sequences) {
      var tf = test.tf();
      return lengths
          .map(rows -> Sequences.reverse(tf, sequences, rows, false))
          .orElseGet(() -> tf.reverse(sequences, tf.constant(new int[] {1})));
    }

    private List<Operand<TFloat64>> flat(Operand<TFloat64> outputs, Directions<S, S> states) {
      var flat = new ArrayList<Operand<TFloat64>>();
      flat.add(outputs);
      cellFw.stateSize().flatten(states.forward()).forEach(part -> flat.add(typed(part)));
      cellBw.stateSize().flatten(states.backward()).forEach(part -> flat.add(typed(part)));
      return flat;
    }

    @SuppressWarnings("unchecked") // all parts here are of this type
    private static Operand<TFloat64> typed(Operand<?> part) {
      return (Operand<TFloat64>) part;
    }

    /** The results, and the gradients of a loss made of them all. */
    List<Operand<?>> everything(Way way) {
      var results = results(way);
      var terms = new ArrayList<Operand<TFloat64>>();
      for (var result : results) {
        terms.add(test.weigh(result, terms.size()));
      }
      var sources = new ArrayList<Operand<TFloat64>>(initial);
      sources.add(x);
      test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
      var all = new ArrayList<Operand<?>>(results);
      all.addAll(Gradients.of(test.total(terms), sources));
      return all;
    }
  }

  @SuppressWarnings("unchecked") // two cells of one kind
  private static <S> Layer<S> layer(
      TestGraph test,
      TensorCell<TFloat64, S> cellFw,
      TensorCell<TFloat64, ?> cellBw,
      Operand<TFloat64> x,
      Optional<Operand<TInt32>> lengths) {
    return Layer.of(test, cellFw, (TensorCell<TFloat64, S>) cellBw, x, lengths);
  }

  static Stream<Arguments> cases() {
    return Stream.concat(
        Stream.of(
                "LstmCell with everything",
                "GruCell",
                "MultiRnnCell of a GRU and an LSTM",
                "a user's cell")
            .map(cell -> Arguments.of(cell, true)),
        Stream.of(Arguments.of("GruCell", false)));
  }

  @ParameterizedTest(name = "{0}, with lengths: {1}")
  @MethodSource("cases")
  void valuesAndGradientsAreEqual(String cell, boolean lengths) {
    try (var test = new TestGraph()) {
      var x = test.random64(SHAPE, SHAPE);
      var rows = lengths ? Optional.of(test.feedInts(LENGTHS)) : Optional.<Operand<TInt32>>empty();
      var layer = layer(test, Cells.tensorCell(cell), Cells.tensorCell(cell), x, rows);
      layer.results(Way.DYNAMIC); // makes the variables
      var fetches = new ArrayList<Operand<?>>();
      for (var way : Way.values()) {
        fetches.addAll(layer.everything(way));
      }
      var numbers = test.values(fetches);
      int count = fetches.size() / Way.values().length;
      for (int i = 0; i < fetches.size(); i++) {
        assertArrayEquals(
            numbers.get(i % count),
            numbers.get(i),
            1e-12,
            Way.values()[i / count] + ", tensor " + i % count);
        assertTrue(
            Arrays.stream(numbers.get(i)).anyMatch(v -> v != 0),
            "tensor " + i % count + " is all zeros");
      }
    }
  }

  private static List<double[]> numbers(String cell, double padding) {
    try (var test = new TestGraph()) {
      double[] values = test.random((int) SHAPE.size());
      int row = TIME * DEPTH;
      for (int b = 0; b < BATCH; b++) {
        Arrays.fill(values, b * row + LENGTHS[b] * DEPTH, (b + 1) * row, padding);
      }
      var x = test.feed64(SHAPE, SHAPE, values);
      var lengths = Optional.<Operand<TInt32>>of(test.feedInts(LENGTHS));
      var layer = layer(test, Cells.tensorCell(cell), Cells.tensorCell(cell), x, lengths);
      layer.results(Way.DYNAMIC);
      var fetches = new ArrayList<Operand<?>>();
      fetches.addAll(layer.everything(Way.DYNAMIC));
      fetches.addAll(layer.everything(Way.STATIC));
      return test.values(fetches);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GruCell", "a user's cell"})
  void notANumberInThePaddingChangesNeitherValuesNorGradients(String cell) {
    var clean = numbers(cell, 0);
    var dirty = numbers(cell, Double.NaN);
    assertEquals(clean.size(), dirty.size());
    for (int i = 0; i < clean.size(); i++) {
      assertArrayEquals(clean.get(i), dirty.get(i), 0, "tensor " + i);
    }
  }
}

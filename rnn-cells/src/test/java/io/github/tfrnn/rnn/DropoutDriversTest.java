package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.DropoutWrapper;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.ResidualWrapper;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/**
 * A cell with dropout in a loop and unrolled: a new one each time, as one that is used twice has
 * other masks the second time. The weights are shared through their names.
 */
class DropoutDriversTest {
  private static final int TIME = 4;
  private static final int BATCH = 3;
  private static final int DEPTH = 2;

  /** Where the dropout is. */
  enum Cells {
    OF_AN_LSTM,
    VARIATIONAL,
    IN_A_STACK,
    AROUND_A_STACK,
    INSIDE_A_RESIDUAL,
    AROUND_A_RESIDUAL;

    TensorCell<TFloat64, ?> make() {
      var type = TFloat64.class;
      return switch (this) {
        case OF_AN_LSTM -> dropped(LstmCell.builder(type, 3).peepholes().projection(2).build());
        case VARIATIONAL ->
            DropoutWrapper.builder(BasicLstmCell.builder(type, 3).build())
                .inputKeepProb(0.5)
                .stateKeepProb(0.7)
                .outputKeepProb(0.5)
                .variational()
                .build();
        case IN_A_STACK ->
            MultiRnnCell.of(2, layer -> dropped(GruCell.builder(type, 3 + layer).build()));
        case AROUND_A_STACK ->
            dropped(MultiRnnCell.of(2, layer -> BasicLstmCell.builder(type, 3).build()));
        case INSIDE_A_RESIDUAL -> ResidualWrapper.of(dropped(GruCell.builder(type, DEPTH).build()));
        case AROUND_A_RESIDUAL -> dropped(ResidualWrapper.of(GruCell.builder(type, DEPTH).build()));
      };
    }

    private static <S> DropoutWrapper<TFloat64, S> dropped(TensorCell<TFloat64, S> cell) {
      return DropoutWrapper.builder(cell)
          .inputKeepProb(0.6)
          .stateKeepProb(0.7)
          .outputKeepProb(0.6)
          .build();
    }
  }

  private static Operand<TFloat64> inputs(TestGraph test) {
    return test.random64(Shape.of(-1, TIME, DEPTH), Shape.of(BATCH, TIME, DEPTH));
  }

  private static <S> List<Operand<TFloat64>> looped(
      TestGraph test,
      TensorCell<TFloat64, S> cell,
      Operand<TFloat64> x,
      UnaryOperator<RnnOptions<S>> options) {
    var result = Rnn.dynamicRnn(test.scope(), cell, x, options);
    return results(result.outputs(), cell.stateSize().flatten(result.state()));
  }

  private static <S> List<Operand<TFloat64>> unrolled(
      TestGraph test,
      TensorCell<TFloat64, S> cell,
      Operand<TFloat64> x,
      UnaryOperator<RnnOptions<S>> options) {
    var scope = test.scope().withReuse(Reuse.ALWAYS);
    var steps = test.tf().unstack(x, (long) TIME, Unstack.axis(1L)).output();
    var result = Rnn.staticRnn(scope, cell, steps, options);
    return results(
        test.tf().stack(result.outputs(), Stack.axis(1L)),
        cell.stateSize().flatten(result.state()));
  }

  @SuppressWarnings("unchecked") // all states here are of this type
  private static List<Operand<TFloat64>> results(
      Operand<TFloat64> outputs, List<Operand<?>> state) {
    var results = new ArrayList<Operand<TFloat64>>();
    results.add(outputs);
    state.forEach(part -> results.add((Operand<TFloat64>) part));
    return results;
  }

  private static Operand<TFloat64> loss(TestGraph test, List<Operand<TFloat64>> results) {
    var terms = new ArrayList<Operand<TFloat64>>();
    results.forEach(result -> terms.add(test.weigh(result, terms.size())));
    return test.total(terms);
  }

  private static List<Operand<TFloat64>> sources(TestGraph test, Operand<TFloat64> x) {
    var sources = new ArrayList<Operand<TFloat64>>();
    sources.add(x);
    test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
    return sources;
  }

  @ParameterizedTest
  @EnumSource(Cells.class)
  void valuesAndGradientsAreEqual(Cells cells) {
    try (var test = new TestGraph()) {
      var x = inputs(test);
      var lengths = test.feedInts(4, 2, 0);
      var loop = looped(test, cells.make(), x, o -> o.sequenceLength(lengths));
      var steps = unrolled(test, cells.make(), x, o -> o.sequenceLength(lengths));
      assertEqual(test, x, loop, steps);
    }
  }

  @ParameterizedTest
  @EnumSource(Cells.class)
  void storedAndRecomputedMasksAreEqual(Cells cells) {
    try (var test = new TestGraph()) {
      var x = inputs(test);
      var loop = looped(test, cells.make(), x, o -> o.recompute());
      var steps = unrolled(test, cells.make(), x, o -> o);
      assertEqual(test, x, loop, steps);
    }
  }

  private static void assertEqual(
      TestGraph test,
      Operand<TFloat64> x,
      List<Operand<TFloat64>> loop,
      List<Operand<TFloat64>> steps) {
    var fetches = new ArrayList<Operand<?>>();
    for (var results : List.of(loop, steps)) {
      fetches.addAll(results);
      fetches.addAll(Gradients.of(loss(test, results), sources(test, x)));
    }
    var values = test.values(fetches);
    int half = values.size() / 2;
    for (int i = 0; i < half; i++) {
      assertArrayEquals(values.get(i), values.get(half + i), 1e-12, "tensor " + i);
      assertTrue(Arrays.stream(values.get(i)).anyMatch(v -> v != 0), "tensor " + i + " is zeros");
    }
  }

  @ParameterizedTest
  @EnumSource(Cells.class)
  void gradientsMatchFiniteDifferencesWhileTheRunIsTheSame(Cells cells) {
    try (var test = new TestGraph()) {
      var x = inputs(test);
      var loss = loss(test, looped(test, cells.make(), x, o -> o));
      // What makes one run differ from the next.
      test.refeed(test.graph().operation("tfrnn/run_seed").output(0), TInt64.vectorOf(5));
      var sources = sources(test, x);
      for (var variable : test.scope().variables()) {
        test.refeed(
            variable.value(),
            TFloat64.tensorOf(
                variable.shape(), DataBuffers.of(test.random((int) variable.shape().size()))));
      }
      var gradients = test.values(Gradients.of(loss, sources));
      for (int i = 0; i < sources.size(); i++) {
        var source = sources.get(i);
        var slopes =
            IntStream.range(0, gradients.get(i).length)
                .mapToDouble(k -> FiniteDifferences.slope(test, loss, source, k))
                .toArray();
        assertArrayEquals(slopes, gradients.get(i), 1e-8, "gradient " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Cells.class)
  void theLoopHasNoStateAndRunsDiffer(Cells cells) {
    try (var test = new TestGraph()) {
      var outputs = looped(test, cells.make(), inputs(test), o -> o).get(0);
      var types = new ArrayList<String>();
      test.graph().operations().forEachRemaining(op -> types.add(op.type()));
      assertTrue(types.contains("StatelessWhile") && !types.contains("While"), "types " + types);
      assertFalse(Arrays.equals(test.value(outputs), test.value(outputs)));
    }
  }

  @ParameterizedTest
  @EnumSource(Cells.class)
  void notANumberInThePaddingChangesNothing(Cells cells) {
    assertEquals(padded(cells, 0), padded(cells, Double.NaN));
  }

  private static List<String> padded(Cells cells, double padding) {
    try (var test = new TestGraph()) {
      var shape = Shape.of(BATCH, TIME, DEPTH);
      var numbers = test.random((int) shape.size());
      Arrays.fill(numbers, 2 * DEPTH, TIME * DEPTH, padding); // the first row ends after two
      var x = test.feed64(shape, shape, numbers);
      var lengths = test.feedInts(2, 4, 4);
      var results = looped(test, cells.make(), x, o -> o.sequenceLength(lengths));
      var fetches = new ArrayList<Operand<?>>(results);
      fetches.addAll(Gradients.of(loss(test, results), sources(test, x)));
      return test.values(fetches).stream().map(Arrays::toString).toList();
    }
  }
}

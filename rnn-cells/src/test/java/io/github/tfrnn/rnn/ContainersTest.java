package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * MultiDimensionalLSTMTest and NestedLSTMTest of TensorFlow 1.15: every driver runs cells whose
 * rows are no vectors, and cells with more than one tensor in and out.
 */
class ContainersTest {
  private static final int TIME = 8;
  private static final int BATCH = 2;
  private static final int[] LENGTHS = {4, 6};

  /** A driver; it gives outputs {@code [batch, time, ...]} and the state. */
  enum Container {
    STATIC,
    DYNAMIC,
    BIDIRECTIONAL_STATIC,
    BIDIRECTIONAL_DYNAMIC,
    STATE_SAVING;

    RnnResult<List<Operand<TFloat32>>, List<Operand<TFloat32>>> run(
        TestGraph test, PlusOneCell cell, List<Operand<TFloat32>> x, Operand<TInt32> lengths) {
      var tf = test.tf();
      var scope = test.scope();
      var other = new PlusOneCell(cell.rows());
      return switch (this) {
        case STATIC -> {
          var result =
              Rnn.staticRnn(scope, cell, steps(tf, x), options -> options.sequenceLength(lengths));
          yield new RnnResult<>(stacked(tf, result.outputs()), result.state());
        }
        case DYNAMIC -> Rnn.dynamicRnn(scope, cell, x, options -> options.sequenceLength(lengths));
        case BIDIRECTIONAL_STATIC -> {
          var result =
              BidirectionalRnn.staticRnn(
                  scope, cell, other, steps(tf, x), options -> options.sequenceLength(lengths));
          yield new RnnResult<>(
              halves(tf, stacked(tf, result.outputs())), result.state().backward());
        }
        case BIDIRECTIONAL_DYNAMIC -> {
          var result =
              BidirectionalRnn.dynamicRnn(
                  scope, cell, other, x, options -> options.sequenceLength(lengths));
          var both = BidirectionalRnn.concat(tf, cell.outputSize(), result.outputs());
          yield new RnnResult<>(halves(tf, both), result.state().backward());
        }
        case STATE_SAVING -> {
          var result =
              Rnn.staticStateSavingRnn(
                  scope,
                  cell,
                  steps(tf, x),
                  new Zeros(cell),
                  cell.stateSize().leaves().stream().map(leaf -> leaf.name()).toList(),
                  options -> options.sequenceLength(lengths));
          yield new RnnResult<>(stacked(tf, result.outputs()), result.state());
        }
      };
    }

    private static List<List<Operand<TFloat32>>> steps(Ops tf, List<Operand<TFloat32>> x) {
      var steps = new ArrayList<List<Operand<TFloat32>>>();
      for (int t = 0; t < TIME; t++) {
        steps.add(new ArrayList<>());
      }
      for (var part : x) {
        var parts = tf.unstack(part, (long) TIME, Unstack.axis(1L)).output();
        for (int t = 0; t < TIME; t++) {
          steps.get(t).add(parts.get(t));
        }
      }
      return steps;
    }

    private static List<Operand<TFloat32>> stacked(Ops tf, List<List<Operand<TFloat32>>> steps) {
      var stacked = new ArrayList<Operand<TFloat32>>();
      for (int i = 0; i < steps.get(0).size(); i++) {
        int part = i;
        stacked.add(tf.stack(steps.stream().map(step -> step.get(part)).toList(), Stack.axis(1L)));
      }
      return stacked;
    }

    /** The mean of what both directions give, which is what each gives here. */
    private static List<Operand<TFloat32>> halves(Ops tf, List<Operand<TFloat32>> both) {
      var means = new ArrayList<Operand<TFloat32>>();
      for (var part : both) {
        var halves = tf.split(tf.constant(2), part, 2L).output();
        means.add(tf.math.mul(tf.math.add(halves.get(0), halves.get(1)), tf.constant(0.5f)));
      }
      return means;
    }
  }

  /** Begins with zeros and keeps nothing. */
  private record Zeros(PlusOneCell cell) implements StateSaver {
    @Override
    public Operand<?> state(Ops tf, String name) {
      int part = Integer.parseInt(name.substring("part".length()));
      return cell.zeroState(tf, tf.constant(BATCH)).get(part);
    }

    @Override
    public Op saveState(Ops tf, String name, Operand<?> value) {
      return tf.identity(value);
    }
  }

  static Stream<Arguments> cases() {
    return Arrays.stream(Container.values())
        .flatMap(
            container ->
                Stream.of(
                    Arguments.of(container, List.of(Shape.of(3, 4, 5))),
                    Arguments.of(container, List.of(Shape.of(5), Shape.of(3, 2)))));
  }

  @ParameterizedTest(name = "{0}, rows {1}")
  @MethodSource("cases")
  void outputsAreInputsPlusOneInsideTheLengths(Container container, List<Shape> rows) {
    try (var test = new TestGraph()) {
      var x = new ArrayList<Operand<TFloat32>>();
      for (var row : rows) {
        x.add(test.random32(row.prepend(TIME).prepend(-1), row.prepend(TIME).prepend(BATCH)));
      }
      var result = container.run(test, new PlusOneCell(rows), x, test.feedInts(LENGTHS));
      for (int i = 0; i < rows.size(); i++) {
        int size = (int) rows.get(i).size();
        var expected = test.value(test.tf().identity(x.get(i)));
        var states = new double[BATCH * size];
        for (int k = 0; k < expected.length; k++) {
          boolean inside = k / size % TIME < LENGTHS[k / size / TIME];
          expected[k] = inside ? expected[k] + 1 : 0;
        }
        for (int k = 0; k < states.length; k++) {
          states[k] = LENGTHS[k / size];
        }
        assertArrayEquals(expected, test.value(result.outputs().get(i)), 1e-6);
        assertArrayEquals(states, test.value(result.state().get(i)), 0);
        assertEquals(
            rows.get(i).prepend(TIME).prepend(BATCH), test.shapeOf(result.outputs().get(i)));
      }
    }
  }
}

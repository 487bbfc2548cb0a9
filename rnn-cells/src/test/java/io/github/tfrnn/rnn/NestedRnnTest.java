package io.github.tfrnn.rnn;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Cells whose inputs, outputs and states are more than one tensor each, and loops in loops. */
class NestedRnnTest {

  /** A matrix and a number for each row. */
  record Pair(Operand<TFloat32> matrix, Operand<TInt32> number) {
    @SuppressWarnings("unchecked") // parts of a pair
    static Structure<Pair> structure(Shape matrix) {
      return Structure.of(
          List.of(
              Leaf.of("matrix", TFloat32.class, matrix),
              Leaf.of("number", TInt32.class, Shape.of(1))),
          pair -> List.of(pair.matrix(), pair.number()),
          parts -> new Pair((Operand<TFloat32>) parts.get(0), (Operand<TInt32>) parts.get(1)));
    }
  }

  /** Sums of matrices and of numbers, and the number of steps, which all rows share. */
  record Sums(Pair pair, Operand<TInt32> steps) {
    @SuppressWarnings("unchecked") // the last part is the number of steps
    static Structure<Sums> structure(Shape matrix) {
      var pair = Pair.structure(matrix);
      return Structure.of(
          List.of(
              pair.leaves().get(0),
              pair.leaves().get(1),
              Leaf.unbatched("steps", TInt32.class, Shape.scalar())),
          sums -> List.of(sums.pair().matrix(), sums.pair().number(), sums.steps()),
          parts -> new Sums(pair.pack(parts.subList(0, 2)), (Operand<TInt32>) parts.get(2)));
    }
  }

  /** Adds up; gives the sums and the number of this step. */
  private record SumCell(Shape matrix) implements RnnCell<Pair, Sums, Sums> {
    @Override
    public Structure<Pair> inputSize() {
      return Pair.structure(matrix);
    }

    @Override
    public Structure<Sums> outputSize() {
      return Sums.structure(matrix);
    }

    @Override
    public Structure<Sums> stateSize() {
      return Sums.structure(matrix);
    }

    @Override
    public Step<Sums, Sums> step(VariableScope scope, Pair x, Sums sums) {
      var tf = scope.tf();
      var next =
          new Sums(
              new Pair(
                  tf.math.add(x.matrix(), sums.pair().matrix()),
                  tf.math.add(x.number(), sums.pair().number())),
              tf.math.add(sums.steps(), tf.constant(1)));
      return new Step<>(next, next);
    }
  }

  private static final Shape MATRIX = Shape.of(1, 2);

  private static Pair inputs(TestGraph test) {
    var matrices =
        test.feed32(
            Shape.of(2, 3, 1, 2), Shape.of(2, 3, 1, 2), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    var numbers = test.tf().constant(new int[][][] {{{1}, {2}, {3}}, {{4}, {5}, {6}}});
    return new Pair(matrices, numbers);
  }

  /** A step count for all rows, and what a cell of TensorFlow 1.15 keeps in a TensorArray. */
  record Kept(Operand<TInt32> steps, Operand<TFloat32> inputs) {
    @SuppressWarnings("unchecked") // parts of what is kept
    static Structure<Kept> structure() {
      return Structure.of(
          List.of(
              Leaf.unbatched("steps", TInt32.class, Shape.scalar()),
              Leaf.unbatched("inputs", TFloat32.class, Shape.of(-1, -1, 1))),
          kept -> List.of(kept.steps(), kept.inputs()),
          parts -> new Kept((Operand<TInt32>) parts.get(0), (Operand<TFloat32>) parts.get(1)));
    }
  }

  /** An input, and the same twice side by side. */
  record Twice(Operand<TFloat32> one, Operand<TFloat32> two) {
    @SuppressWarnings("unchecked") // parts of an output
    static Structure<Twice> structure() {
      return Structure.of(
          List.of(
              Leaf.of("one", TFloat32.class, Shape.of(1)),
              Leaf.of("two", TFloat32.class, Shape.of(2))),
          twice -> List.of(twice.one(), twice.two()),
          parts -> new Twice((Operand<TFloat32>) parts.get(0), (Operand<TFloat32>) parts.get(1)));
    }
  }

  /** ScalarStateRNNCell, UnbalancedOutputRNNCell and TensorArrayStateRNNCell in one. */
  private record KeepingCell() implements RnnCell<Operand<TFloat32>, Twice, Kept> {
    @Override
    public Structure<Operand<TFloat32>> inputSize() {
      return Structure.tensor();
    }

    @Override
    public Structure<Twice> outputSize() {
      return Twice.structure();
    }

    @Override
    public Structure<Kept> stateSize() {
      return Kept.structure();
    }

    @Override
    public Step<Twice, Kept> step(VariableScope scope, Operand<TFloat32> x, Kept kept) {
      var tf = scope.tf();
      var all = tf.concat(List.of(kept.inputs(), tf.expandDims(x, tf.constant(0))), tf.constant(0));
      return new Step<>(
          new Twice(x, tf.concat(List.of(x, x), tf.constant(1))),
          new Kept(tf.math.add(kept.steps(), tf.constant(1)), all));
    }
  }

  /**
   * testScalarStateIsAccepted, testUnbalancedOutputIsAccepted and testTensorArrayStateIsAccepted of
   * TensorFlow 1.15. The array is a part of the state that grows by a row a step.
   */
  @ParameterizedTest(name = "{0} of 4 steps")
  @ValueSource(ints = {4, 2, 0})
  void scalarStatesUnbalancedOutputsAndStatesThatGrowAreAccepted(int length) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.feed32(Shape.of(-1, 4, 1), Shape.of(1, 4, 1), 1, 2, 3, 4);
      var lengths = test.feedInts(length);
      var cell = new KeepingCell();
      var none = tf.zeros(tf.constant(new int[] {0, 1, 1}), TFloat32.class);
      var begin = new Kept(tf.constant(0), none);
      var result =
          Rnn.dynamicRnn(
              test.scope(),
              cell,
              x,
              options -> options.sequenceLength(lengths).initialState(begin));
      var gradient = Gradients.of(test.weigh(result.state().inputs(), 0), List.of(x)).get(0);
      var numbers =
          test.values(
              List.of(
                  result.outputs().one(),
                  result.outputs().two(),
                  result.state().steps(),
                  result.state().inputs(),
                  gradient,
                  Gradients.of(test.weigh(x, 0), List.of(x)).get(0)));
      var taken = Arrays.copyOf(new double[] {1, 2, 3, 4}, length);
      assertArrayEquals(Arrays.copyOf(taken, 4), numbers.get(0));
      assertArrayEquals(
          Arrays.copyOf(Arrays.copyOf(new double[] {1, 1, 2, 2, 3, 3, 4, 4}, 2 * length), 8),
          numbers.get(1));
      assertArrayEquals(new double[] {length}, numbers.get(2));
      assertArrayEquals(taken, numbers.get(3));
      assertEquals(Shape.of(length, 1, 1), test.shapeOf(result.state().inputs()));
      assertArrayEquals(
          Arrays.copyOf(Arrays.copyOf(numbers.get(5), length), 4), numbers.get(4), 1e-6);
    }
  }

  @Test
  void aStateOfNoKnownSizeHasNoZeros() {
    try (var test = new TestGraph()) {
      var x = test.random32(Shape.of(1, 4, 1), Shape.of(1, 4, 1));
      assertEquals(
          "zero state: part inputs must have a known type and shape, got TFloat32 and [?, ?, 1]."
              + " Give an initial state, or let the cell make one in zeroState.",
          argument(() -> Rnn.dynamicRnn(test.scope(), new KeepingCell(), x)));
    }
  }

  /** The same with rows that end early. */
  @Test
  void everyPartOfAnOutputAndAStateIsMaskedThatHasRows() {
    try (var test = new TestGraph()) {
      var lengths = test.feedInts(3, 1);
      var result =
          Rnn.dynamicRnn(
              test.scope(),
              new SumCell(MATRIX),
              inputs(test),
              options -> options.sequenceLength(lengths));
      var outputs = result.outputs();
      var state = result.state();
      var numbers =
          test.values(
              List.of(
                  outputs.pair().matrix(),
                  outputs.pair().number(),
                  outputs.steps(),
                  state.pair().matrix(),
                  state.pair().number(),
                  state.steps()));
      assertArrayEquals(new double[] {1, 2, 4, 6, 9, 12, 7, 8, 0, 0, 0, 0}, numbers.get(0), 0);
      assertArrayEquals(new double[] {1, 3, 6, 4, 0, 0}, numbers.get(1), 0);
      assertArrayEquals(new double[] {1, 2, 3}, numbers.get(2), 0, "no rows: not masked");
      assertArrayEquals(new double[] {9, 12, 7, 8}, numbers.get(3), 0);
      assertArrayEquals(new double[] {6, 4}, numbers.get(4), 0);
      assertArrayEquals(new double[] {3}, numbers.get(5), 0, "no rows: goes on");
      assertEquals(Shape.of(2, 3, 1, 2), outputs.pair().matrix().shape());
      assertEquals(Shape.of(3), test.shapeOf(outputs.steps()));
    }
  }

  @Test
  void partsOfInputsMustAgreeInTimeAndBatch() {
    try (var test = new TestGraph()) {
      var pair = inputs(test);
      var cell = new SumCell(MATRIX);
      var late = test.tf().constant(new int[2][4][1]);
      assertEquals(
          "rnn: inputs number must have the time of the others, 3, got [2, 4, 1]",
          argument(() -> Rnn.dynamicRnn(test.scope(), cell, new Pair(pair.matrix(), late))));
      var many = test.tf().constant(new int[5][3][1]);
      assertEquals(
          "rnn: inputs number must have the batch of the others, 2, got [5, 3, 1]",
          argument(() -> Rnn.dynamicRnn(test.scope(), cell, new Pair(pair.matrix(), many))));
    }
  }

  /** Scales its input by the sum of a state that all rows share, of a size of its own. */
  private record SharedStateCell() implements TensorCell<TFloat64, Operand<TFloat64>> {
    @Override
    public Class<TFloat64> type() {
      return TFloat64.class;
    }

    @Override
    public Structure<Operand<TFloat64>> outputSize() {
      return Structure.tensor(Leaf.of("", TFloat64.class, Shape.of(1)));
    }

    @Override
    public Structure<Operand<TFloat64>> stateSize() {
      return Structure.tensor(Leaf.unbatched("memory", TFloat64.class, Shape.of(-1)));
    }

    @Override
    public Step<Operand<TFloat64>, Operand<TFloat64>> step(
        VariableScope scope, Operand<TFloat64> x, Operand<TFloat64> memory) {
      var tf = scope.tf();
      var mean = tf.math.mean(x, tf.constant(new int[] {0, 1}));
      var next = tf.math.tanh(tf.math.add(memory, mean));
      return new Step<>(tf.math.mul(x, tf.sum(next, tf.constant(0))), next);
    }
  }

  @Test
  void aStateThatAllRowsShareMayHaveASizeOfItsOwn() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(-1, 3, 1), Shape.of(2, 3, 1));
      var memory = test.random64(Shape.of(-1), Shape.of(5));
      var cell = new SharedStateCell();
      var steps = test.tf().unstack(x, 3L, Unstack.axis(1L)).output();
      var stepped =
          Rnn.staticRnn(test.scope(), cell, steps, options -> options.initialState(memory));
      var looped = Rnn.dynamicRnn(test.scope(), cell, x, options -> options.initialState(memory));
      var outputs = test.tf().stack(stepped.outputs(), Stack.axis(1L));
      var sources = List.of(x, memory);
      var fetches = new ArrayList<Operand<?>>(List.of(outputs, stepped.state()));
      fetches.addAll(Gradients.of(test.weigh(outputs, 0), sources));
      fetches.addAll(List.of(looped.outputs(), looped.state()));
      fetches.addAll(Gradients.of(test.weigh(looped.outputs(), 0), sources));
      var numbers = test.values(fetches);
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(numbers.get(i), numbers.get(4 + i), 1e-12, "tensor " + i);
      }
    }
  }

  /** Words of letters: a cell runs over the letters of each word, and then over the words. */
  @Test
  void aLoopRunsInsideALoop() {
    try (var test = new TestGraph()) {
      var letters = GruCell.builder(TFloat64.class, 2).build();
      var words = GruCell.builder(TFloat64.class, 2).build();
      var x = test.random64(Shape.of(3, 2, 4, 1), Shape.of(3, 2, 4, 1)); // words, batch, letters
      var lengths = test.feedInts(4, 2);
      var zeros = words.zeroState(test.tf(), test.tf().constant(2));
      var looped =
          Scan.carrying(test.tf(), words.stateSize(), zeros)
              .over(Structure.<TFloat64>tensor(), x)
              .run(
                  Structure.none(),
                  (body, h, word) ->
                      new Scan.Next<>(
                          step(test.scope().withOps(body.tf()), letters, words, word, h, lengths),
                          List.of()));
      Operand<TFloat64> h = zeros;
      for (var word : test.tf().unstack(x, 3L).output()) {
        h = step(test.scope(), letters, words, word, h, lengths);
      }
      var expected = Gradients.of(test.weigh(h, 0), List.of(x)).get(0);
      var actual = Gradients.of(test.weigh(looped.carry(), 0), List.of(x)).get(0);
      var numbers = test.values(List.of(h, looped.carry(), expected, actual));
      assertArrayEquals(numbers.get(0), numbers.get(1), 1e-12);
      assertArrayEquals(numbers.get(2), numbers.get(3), 1e-12);
    }
  }

  private static Operand<TFloat64> step(
      VariableScope scope,
      GruCell<TFloat64> letters,
      GruCell<TFloat64> words,
      Operand<TFloat64> word,
      Operand<TFloat64> h,
      Operand<TInt32> lengths) {
    var read =
        Rnn.dynamicRnn(
            scope.scope("letters"), letters, word, options -> options.sequenceLength(lengths));
    return words.step(scope.scope("words"), read.state(), h).output();
  }
}

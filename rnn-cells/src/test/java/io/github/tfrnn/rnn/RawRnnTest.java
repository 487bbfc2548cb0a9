package io.github.tfrnn.rnn;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** RawRNNTest of TensorFlow 1.15, gradients, and what is refused. */
class RawRnnTest {
  private static final int TIME = 10;
  private static final int BATCH = 16;
  private static final int DEPTH = 4;
  private static final int UNITS = 3;

  private static TensorCell<TFloat64, LstmState<TFloat64>> lstm() {
    return LstmCell.builder(TFloat64.class, UNITS).peepholes().build();
  }

  /** Step {@code time} of the sequences, the last one behind their end. */
  private static <T extends org.tensorflow.types.family.TType> Operand<T> at(
      Ops tf, Operand<T> x, Operand<TInt32> time) {
    var last = tf.math.sub(tf.gather(tf.shape(x), tf.constant(0), tf.constant(0)), tf.constant(1));
    return tf.gather(x, tf.math.minimum(time, last), tf.constant(0));
  }

  /** The loop that does what dynamicRnn does. */
  private static <S> RawRnn.Result<Operand<TFloat64>, S, List<Operand<?>>> overAll(
      TestGraph test,
      TensorCell<TFloat64, S> cell,
      Operand<TFloat64> x,
      S initial,
      Operand<TInt32> lengths) {
    var tf = test.tf();
    var none = tf.math.lessEqual(lengths, tf.constant(0));
    return Rnn.rawRnn(test.scope(), cell, none, at(tf, x, tf.constant(0)), initial)
        .run(
            (scope, after) -> {
              var ops = scope.tf();
              return after.next(
                  ops.math.greaterEqual(after.time(), lengths), at(ops, x, after.time()));
            });
  }

  private static int[] lengths(int batch, int time) {
    var lengths = new int[batch];
    for (int i = 0; i < batch; i++) {
      lengths[i] = (i * 7 + 3) % (time + 1);
    }
    return lengths;
  }

  /** testRawRNN of TensorFlow 1.15; there all rows run to the end. */
  @ParameterizedTest(name = "known batch {0}, lengths {1}")
  @CsvSource({"true, false", "true, true", "false, true"})
  void itEqualsDynamicRnnInValuesAndGradients(boolean known, boolean mixed) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var shape = Shape.of(TIME, BATCH, DEPTH);
      var x = test.random64(known ? shape : Shape.of(-1, -1, DEPTH), shape);
      var all = new int[BATCH];
      Arrays.fill(all, TIME);
      var lengths = test.feedInts(mixed ? lengths(BATCH, TIME - 1) : all);
      var cell = lstm();
      var initial = cell.zeroState(tf, tf.constant(BATCH));
      var looped =
          Rnn.dynamicRnn(
              test.scope(),
              cell,
              x,
              options -> options.timeMajor().sequenceLength(lengths).initialState(initial));
      var raw = overAll(test, cell, x, initial, lengths);
      int taken = mixed ? 9 : TIME;
      var outputs =
          tf.slice(
              looped.outputs(), tf.constant(new int[3]), tf.constant(new int[] {taken, -1, -1}));
      var sources = new ArrayList<Operand<TFloat64>>(List.of(x));
      test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
      var fetches = new ArrayList<Operand<?>>();
      fetches.addAll(List.of(outputs, looped.state().c(), looped.state().h()));
      fetches.addAll(Gradients.of(loss(test, looped.outputs(), looped.state()), sources));
      fetches.addAll(List.of(raw.outputs(), raw.state().c(), raw.state().h()));
      fetches.addAll(Gradients.of(loss(test, raw.outputs(), raw.state()), sources));
      var numbers = test.values(fetches);
      int half = numbers.size() / 2;
      for (int i = 0; i < half; i++) {
        assertArrayEquals(numbers.get(i), numbers.get(half + i), 1e-12, "tensor " + i);
        assertTrue(Arrays.stream(numbers.get(i)).anyMatch(v -> v != 0), "tensor " + i);
      }
      assertArrayEquals(new double[] {taken}, test.value(raw.steps()));
    }
  }

  private static Operand<TFloat64> loss(
      TestGraph test, Operand<TFloat64> outputs, LstmState<TFloat64> state) {
    return test.total(
        List.of(test.weigh(outputs, 0), test.weigh(state.c(), 1), test.weigh(state.h(), 2)));
  }

  /** testRawRNNZeroLength of TensorFlow 1.15. */
  @ParameterizedTest(name = "known batch {0}")
  @ValueSource(booleans = {true, false})
  void withoutAStepThereIsNoOutputAndTheFirstState(boolean known) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x =
          test.random64(
              known ? Shape.of(1, 5, DEPTH) : Shape.of(-1, -1, DEPTH), Shape.of(1, 5, DEPTH));
      var shape = Shape.of(5, UNITS);
      var initial = new LstmState<>(test.random64(shape, shape), test.random64(shape, shape));
      var lengths = test.feedInts(new int[5]);
      var result = overAll(test, lstm(), x, initial, lengths);
      assertEquals(Shape.of(0, 5, UNITS), test.shapeOf(result.outputs()));
      assertArrayEquals(test.value(tf.identity(initial.c())), test.value(result.state().c()), 0);
      assertArrayEquals(new double[] {0}, test.value(result.steps()));
    }
  }

  @Test
  void variablesHaveTheNamesOfTensorFlow() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.random64(Shape.of(2, 5, DEPTH), Shape.of(2, 5, DEPTH));
      var cell = GruCell.builder(TFloat64.class, UNITS).build();
      var state = cell.zeroState(tf, tf.constant(5));
      overAll(test, cell, x, state, test.feedInts(1, 2, 1, 0, 2));
      var second = GruCell.builder(TFloat64.class, UNITS).build();
      Rnn.rawRnn(
              test.scope(), second, tf.constant(new boolean[5]), at(tf, x, tf.constant(0)), state)
          .options(options -> options.scopeName("decoder"))
          .run(
              (scope, after) ->
                  after.next(allDone(scope.tf(), 5), at(scope.tf(), x, after.time())));
      assertEquals(
          Stream.of("rnn", "decoder")
              .flatMap(
                  scope ->
                      Stream.of("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
                          .map(name -> scope + "/gru_cell/" + name))
              .toList(),
          test.scope().variables().stream().map(Variable::name).toList());
    }
  }

  private static Operand<TBool> allDone(Ops tf, int batch) {
    return tf.fill(tf.constant(new int[] {batch}), tf.constant(true));
  }

  private static RawRnn<
          Operand<TFloat32>,
          Operand<TFloat32>,
          Operand<TFloat32>,
          Operand<TFloat32>,
          List<Operand<?>>>
      counting(TestGraph test, int batch) {
    var tf = test.tf();
    var cell = new CountingCell(2);
    var zeros = cell.zeroState(tf, tf.constant(batch));
    return Rnn.rawRnn(test.scope(), cell, tf.constant(new boolean[batch]), zeros, zeros);
  }

  /** The flags of a loop that takes {@code steps} steps. */
  private static Operand<TBool> after(Ops tf, Operand<TInt32> time, int steps, int batch) {
    return tf.fill(tf.constant(new int[] {batch}), tf.math.greaterEqual(time, tf.constant(steps)));
  }

  /** testLoopState of TensorFlow 1.15. */
  @Test
  void theLoopStateCountsTheSteps() {
    try (var test = new TestGraph()) {
      var result =
          counting(test, BATCH)
              .loopState(
                  Structure.<TInt32>tensor(Leaf.unbatched("count", TInt32.class, Shape.scalar())),
                  test.tf().constant(0))
              .run(
                  (scope, after) -> {
                    var tf = scope.tf();
                    return after
                        .next(after(tf, after.time(), TIME, BATCH), after.output())
                        .withLoopState(tf.math.add(after.loopState(), tf.constant(1)));
                  });
      assertArrayEquals(new double[] {10}, test.value(result.loopState()));
    }
  }

  /** testLoopStateWithTensorArray of TensorFlow 1.15, whose array is a vector that grows here. */
  @Test
  void theLoopStateMayGrow() {
    try (var test = new TestGraph()) {
      var result =
          counting(test, BATCH)
              .loopState(
                  Structure.<TInt32>tensor(Leaf.unbatched("sums", TInt32.class, Shape.of(-1))),
                  test.tf().constant(new int[] {1}))
              .run(
                  (scope, after) -> {
                    var tf = scope.tf();
                    var last =
                        tf.slice(
                            after.loopState(),
                            tf.expandDims(
                                tf.math.sub(after.time(), tf.constant(1)), tf.constant(0)),
                            tf.constant(new int[] {1}));
                    var next = tf.math.add(last, after.time());
                    return after
                        .next(after(tf, after.time(), 4, BATCH), after.output())
                        .withLoopState(tf.concat(List.of(after.loopState(), next), tf.constant(0)));
                  });
      assertArrayEquals(new double[] {1, 2, 4, 7, 11}, test.value(result.loopState()));
    }
  }

  /** What is emitted by {@link #emitsMayHaveAnotherStructureThanTheOutput}. */
  private record Emit(Operand<TInt32> ints, Operand<TInt64> longs) {
    @SuppressWarnings("unchecked") // parts of an emit
    static Structure<Emit> structure() {
      return Structure.of(
          List.of(
              Leaf.of("ints", TInt32.class, Shape.of(2, 3)),
              Leaf.of("longs", TInt64.class, Shape.of(1))),
          emit -> List.of(emit.ints(), emit.longs()),
          parts -> new Emit((Operand<TInt32>) parts.get(0), (Operand<TInt64>) parts.get(1)));
    }
  }

  /** testEmitDifferentStructureThanCellOutput of TensorFlow 1.15. */
  @Test
  void emitsMayHaveAnotherStructureThanTheOutput() {
    try (var test = new TestGraph()) {
      var result =
          counting(test, BATCH)
              .emitting(Emit.structure())
              .run(
                  (scope, after) -> {
                    var tf = scope.tf();
                    var emit =
                        new Emit(
                            tf.ones(tf.constant(new int[] {BATCH, 2, 3}), TInt32.class),
                            tf.ones(tf.constant(new int[] {BATCH, 1}), TInt64.class));
                    return after
                        .next(after(tf, after.time(), TIME, BATCH), after.output())
                        .emitting(emit);
                  });
      assertEquals(Shape.of(TIME, BATCH, 2, 3), test.shapeOf(result.outputs().ints()));
      assertEquals(Shape.of(TIME, BATCH, 1), test.shapeOf(result.outputs().longs()));
      var ones = new double[TIME * BATCH];
      Arrays.fill(ones, 1);
      assertArrayEquals(ones, test.value(result.outputs().longs()));
      assertTrue(Arrays.stream(test.value(result.outputs().ints())).allMatch(v -> v == 1));
    }
  }

  @Test
  void finishedRowsEmitZerosAndKeepTheirStateWhileTheLoopStateGoesOn() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var lengths = test.feedInts(2, 0, 3);
      var cell = new CountingCell(1);
      var start = test.feed32(Shape.of(-1, 1), Shape.of(3, 1), 10, 20, 30);
      var finished = tf.math.lessEqual(lengths, tf.constant(0));
      var result =
          Rnn.rawRnn(test.scope(), cell, finished, start, start)
              .loopState(
                  Structure.<TFloat32>tensor(Leaf.of("all", TFloat32.class, Shape.of(1))), start)
              .run(
                  (scope, after) -> {
                    var ops = scope.tf();
                    // Flags of one step only: a row that was finished stays so.
                    var over = ops.math.equal(after.time(), lengths);
                    return after
                        .next(over, after.output())
                        .withLoopState(ops.math.add(after.loopState(), ops.constant(1f)));
                  });
      var numbers =
          test.values(
              List.of(result.outputs(), result.state(), result.loopState(), result.steps()));
      assertArrayEquals(new double[] {11, 0, 31, 12, 0, 32, 0, 0, 33}, numbers.get(0));
      assertArrayEquals(new double[] {12, 20, 33}, numbers.get(1));
      assertArrayEquals(new double[] {13, 23, 33}, numbers.get(2), "never masked");
      assertArrayEquals(new double[] {3}, numbers.get(3));
    }
  }

  /** A decoder that reads its own output, for as long as that is large. */
  @Test
  void gradientsOfALoopThatEndsItselfMatchFiniteDifferences() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x0 = test.feed64(Shape.of(-1, 2), Shape.of(3, 2), 0.9, 0.8, 0.1, 0.3, 0.5, -0.2);
      var h0 = test.random64(Shape.of(-1, 2), Shape.of(3, 2));
      var mix = test.random64(Shape.of(2, 2), Shape.of(2, 2));
      var cell = GruCell.builder(TFloat64.class, 2).kernelInitializer(Weights.byShape()).build();
      var none = tf.math.less(tf.reduceMax(x0, tf.constant(1)), tf.constant(-9.0));
      var result =
          Rnn.rawRnn(test.scope(), cell, none, x0, h0)
              .loopState(Structure.<TFloat64>tensor(), h0)
              .run(
                  (scope, after) -> {
                    var ops = scope.tf();
                    Operand<TFloat64> next = ops.math.tanh(ops.linalg.matMul(after.output(), mix));
                    var small =
                        ops.math.less(
                            ops.reduceMax(ops.math.abs(next), ops.constant(1)), ops.constant(0.05));
                    var late = ops.math.greaterEqual(after.time(), ops.constant(6));
                    return after
                        .next(ops.math.logicalOr(small, late), next)
                        .withLoopState(ops.math.add(after.loopState(), ops.math.square(next)));
                  });
      var loss =
          test.total(
              List.of(
                  test.weigh(result.outputs(), 0),
                  test.weigh(result.state(), 1),
                  test.weigh(result.loopState(), 2)));
      var sources = List.of(x0, h0, mix);
      var gradients = test.values(Gradients.of(loss, sources));
      for (int i = 0; i < sources.size(); i++) {
        for (int k = 0; k < gradients.get(i).length; k++) {
          assertEquals(
              FiniteDifferences.slope(test, loss, sources.get(i), k),
              gradients.get(i)[k],
              1e-7,
              "source " + i + ", element " + k);
        }
      }
    }
  }

  private static List<double[]> numbers(double padding) {
    try (var test = new TestGraph()) {
      var shape = Shape.of(3, 2, 1);
      var x = test.feed64(shape, shape, 0.1, 0.2, 0.3, padding, -0.4, padding);
      var lengths = test.feedInts(3, 1);
      var cell = lstm();
      var initial = cell.zeroState(test.tf(), test.tf().constant(2));
      var result = overAll(test, cell, x, initial, lengths);
      var sources = new ArrayList<Operand<TFloat64>>(List.of(x));
      test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
      var fetches = new ArrayList<Operand<?>>(List.of(result.outputs(), result.state().c()));
      fetches.addAll(Gradients.of(loss(test, result.outputs(), result.state()), sources));
      return test.values(fetches);
    }
  }

  @Test
  void notANumberInThePaddingChangesNeitherValuesNorGradients() {
    var clean = numbers(0);
    var dirty = numbers(Double.NaN);
    for (int i = 0; i < clean.size(); i++) {
      assertArrayEquals(clean.get(i), dirty.get(i), 0, "tensor " + i);
    }
  }

  static Stream<Arguments> optionsOfOtherDrivers() {
    return Stream.of("lengths", "state", "timeMajor").map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("optionsOfOtherDrivers")
  void anOptionThatTheFunctionStandsForIsRefused(String option) {
    try (var test = new TestGraph()) {
      var lengths = test.feedInts(1, 2);
      var raw =
          counting(test, 2)
              .options(
                  options ->
                      switch (option) {
                        case "lengths" -> options.sequenceLength(lengths);
                        case "state" ->
                            options.initialState(
                                test.tf()
                                    .zeros(test.tf().constant(new int[] {2, 2}), TFloat32.class));
                        default -> options.timeMajor();
                      });
      assertEquals(
          "rnn: options must be those of a loop that a function steers, got sequenceLength,"
              + " initialState or timeMajor. Lengths are what the function makes finished of.",
          argument(
              () -> raw.run((scope, after) -> after.next(allDone(scope.tf(), 2), after.output()))));
    }
  }

  @Test
  void flagsThatAreNoVectorOfTheBatchAreRefused() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var cell = new CountingCell(2);
      var zeros = cell.zeroState(tf, tf.constant(3));
      assertEquals(
          "rnn: finished must be a vector with one flag for each row, [?], got shape []",
          argument(
              () ->
                  Rnn.rawRnn(test.scope(), cell, tf.constant(false), zeros, zeros)
                      .run((scope, after) -> after.next(allDone(scope.tf(), 3), after.output()))));
      assertEquals(
          "rnn: finished must be a vector with one flag for each row, [3], got shape []",
          argument(
              () ->
                  counting(test, 3)
                      .run(
                          (scope, after) ->
                              after.next(scope.tf().constant(true), after.output()))));
    }
  }

  @Test
  void anInputOfOtherRowsIsRefused() {
    try (var test = new TestGraph()) {
      assertEquals(
          "rnn: input must have a row for each flag of finished, [3, ?], got [2, 2]",
          argument(
              () ->
                  counting(test, 3)
                      .run(
                          (scope, after) ->
                              after.next(
                                  allDone(scope.tf(), 3), scope.tf().constant(new float[2][2])))));
    }
  }

  @Test
  void anInputThatChangesItsWidthIsRefusedByName() {
    try (var test = new TestGraph()) {
      assertEquals(
          "rnn: carry part input must keep its type and shape, got float [3, 2] before the step and"
              + " float [3, 5] after it",
          argument(
              () ->
                  counting(test, 3)
                      .run(
                          (scope, after) ->
                              after.next(
                                  allDone(scope.tf(), 3), scope.tf().constant(new float[3][5])))));
    }
  }
}

package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import io.github.tfrnn.rnn.RnnResult;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

class DropoutWrapperTest {
  private static final double FIRST = 0.751109;
  private static final double SECOND = 0.895509;
  private static final double MEMORY = 1.949385;

  /** The numbers of DropoutWrapperTest of TensorFlow 1.15. */
  private record Golden(
      TestGraph test, RnnResult<Operand<TFloat32>, LstmState<TFloat32>> result, List<double[]> run)
      implements AutoCloseable {

    /** Wraps an LSTM of three units and runs it over two steps of one row. */
    static Golden of(
        UnaryOperator<DropoutWrapper.Builder<TFloat32, LstmState<TFloat32>>> settings) {
      return of(new TestGraph(), settings);
    }

    static Golden of(
        TestGraph test,
        UnaryOperator<DropoutWrapper.Builder<TFloat32, LstmState<TFloat32>>> settings) {
      var lstm =
          LstmCell.builder(TFloat32.class, 3).initializer(Initializers.constant(0.5)).build();
      var cell = settings.apply(DropoutWrapper.builder(lstm)).build();
      var x = test.feed32(Shape.of(-1, -1, 3), Shape.of(2, 1, 3), 2, 2, 2, 1, 1, 1);
      var tenths = test.tf().constant(new float[][] {{0.1f, 0.1f, 0.1f}});
      UnaryOperator<RnnOptions<LstmState<TFloat32>>> options =
          o -> o.timeMajor().initialState(new LstmState<>(tenths, tenths));
      var result = Rnn.dynamicRnn(test.scope(), cell, x, options);
      var fetches = List.of(result.outputs(), result.state().c(), result.state().h());
      return new Golden(test, result, test.values(fetches));
    }

    double[] outputs() {
      return run.get(0);
    }

    double[] c() {
      return run.get(1);
    }

    double[] h() {
      return run.get(2);
    }

    @Override
    public void close() {
      test.close();
    }
  }

  private static double[] three(double value) {
    return new double[] {value, value, value};
  }

  private static double[] step(double[] outputs, int t) {
    return Arrays.copyOfRange(outputs, 3 * t, 3 * t + 3);
  }

  private static void assertFull(Golden golden) {
    assertArrayEquals(three(FIRST), step(golden.outputs(), 0), 1e-5);
    assertArrayEquals(three(SECOND), step(golden.outputs(), 1), 1e-5);
    assertArrayEquals(three(MEMORY), golden.c(), 1e-5);
    assertArrayEquals(three(SECOND), golden.h(), 1e-5);
  }

  private static Operand<TFloat32> scalar(TestGraph test, float value) {
    return test.feed32(Shape.scalar(), Shape.scalar(), value);
  }

  /** testDropoutWrapperKeepAll. */
  @Test
  void aProbabilityOfOneFedKeepsAll() {
    var test = new TestGraph();
    var one = scalar(test, 1);
    try (var golden =
        Golden.of(test, b -> b.inputKeepProb(one).stateKeepProb(one).outputKeepProb(one))) {
      assertFull(golden);
    }
  }

  /** testDropoutWrapperKeepAllConstantInput. */
  @Test
  void theNumberOneKeepsAll() {
    try (var golden = Golden.of(b -> b.inputKeepProb(1).stateKeepProb(1).outputKeepProb(1))) {
      assertFull(golden);
    }
  }

  /** testDropoutWrapperKeepNoOutput: the h that goes on is whole. */
  @Test
  void droppingTheOutputLeavesTheStateAlone() {
    var test = new TestGraph();
    var little = scalar(test, 1e-6f);
    try (var golden = Golden.of(test, b -> b.outputKeepProb(little))) {
      assertArrayEquals(new double[6], golden.outputs());
      assertArrayEquals(three(SECOND), golden.h(), 1e-5);
      assertArrayEquals(three(MEMORY), golden.c(), 1e-5);
    }
  }

  /** testDropoutWrapperKeepNoStateExceptLSTMCellMemory. */
  @Test
  void droppingTheStateLeavesTheMemoryAlone() {
    try (var golden = Golden.of(b -> b.stateKeepProb(1e-6))) {
      assertArrayEquals(three(FIRST), step(golden.outputs(), 0), 1e-5);
      assertTrue(Math.abs(step(golden.outputs(), 1)[0] - SECOND) > 1e-4, "second output");
      assertArrayEquals(three(0), golden.h());
      assertArrayEquals(three(1.713925), golden.c(), 1e-5);
    }
  }

  /** testDropoutWrapperKeepNoInput. */
  @Test
  void droppingTheInputChangesEverything() {
    try (var golden = Golden.of(b -> b.inputKeepProb(1e-6))) {
      assertTrue(Math.abs(golden.outputs()[0] - FIRST) > 1e-4);
      assertTrue(Math.abs(golden.outputs()[3] - SECOND) > 1e-4);
      assertTrue(Math.abs(golden.h()[0] - SECOND) > 1e-4);
      assertTrue(Math.abs(golden.c()[0] - MEMORY) > 1e-4);
    }
  }

  @Test
  void theFilterChoosesWhatOfTheStateIsDropped() {
    try (var memory = Golden.of(b -> b.stateKeepProb(0).stateFilter(l -> l.name().equals("c")))) {
      assertArrayEquals(three(0), memory.c());
      assertArrayEquals(three(FIRST), step(memory.outputs(), 0), 1e-5);
      assertTrue(memory.h()[0] > 0.5, "h is kept");
    }
  }

  private static Operand<TFloat64> ones(TestGraph test, long... sizes) {
    var shape = Shape.of(sizes);
    return test.feed64(shape, shape, DoubleStream.generate(() -> 1).limit(shape.size()).toArray());
  }

  private static DropoutWrapper.Builder<TFloat64, Operand<TFloat64>> echo() {
    return DropoutWrapper.builder(new EchoCell(8));
  }

  /** What the wrapper makes of ones, {@code [7, 5, 8]}: seven steps, five rows. */
  private static Operand<TFloat64> masks(
      TestGraph test, String scope, DropoutWrapper<TFloat64, Operand<TFloat64>> cell) {
    var x = ones(test, 7, 5, 8);
    return Rnn.dynamicRnn(test.scope().scope(scope), cell, x, o -> o.timeMajor()).outputs();
  }

  private static long different(double[] values, int parts) {
    int size = values.length / parts;
    var seen = new ArrayList<String>();
    for (int i = 0; i < parts; i++) {
      seen.add(Arrays.toString(Arrays.copyOfRange(values, i * size, (i + 1) * size)));
    }
    return seen.stream().distinct().count();
  }

  @Test
  void eachStepHasMasksOfItsOwn() {
    try (var test = new TestGraph()) {
      assertEquals(
          7, different(test.value(masks(test, "a", echo().outputKeepProb(0.5).build())), 7));
      assertEquals(
          7, different(test.value(masks(test, "b", echo().inputKeepProb(0.5).build())), 7));
    }
  }

  /** testDropoutWrapperRecurrentOutput and ...StateInputAndOutput. */
  @Test
  void variationalMasksAreTheSameForAllStepsAndRows() {
    try (var test = new TestGraph()) {
      var lstm = LstmCell.builder(TFloat64.class, 8).build();
      var cell =
          DropoutWrapper.builder(lstm)
              .inputKeepProb(0.9)
              .stateKeepProb(0.9)
              .outputKeepProb(0.6)
              .variational()
              .build();
      var x = test.random64(Shape.of(-1, -1, 3), Shape.of(7, 5, 3));
      var result = Rnn.dynamicRnn(test.scope(), cell, x, o -> o.timeMajor());
      var values = test.values(List.of(result.outputs(), result.state().h()));
      var dropped = Arrays.stream(values.get(0)).map(v -> v == 0 ? 0 : 1).toArray();
      assertEquals(1, different(dropped, 35), "masks of rows");
      long kept = Arrays.stream(dropped).filter(v -> v == 1).count();
      assertTrue(kept > 0 && kept < dropped.length, "some are dropped and some are kept");

      var inputs = masks(test, "echo", echo().inputKeepProb(0.5).variational().build());
      assertEquals(1, different(test.value(inputs), 35));
      var states =
          Rnn.dynamicRnn(
              test.scope().scope("states"),
              echo().stateKeepProb(0.5).variational().build(),
              ones(test, 7, 5, 8),
              o -> o.timeMajor());
      assertEquals(1, different(test.value(states.state()), 5));
    }
  }

  @Test
  void variationalMasksDifferFromRunToRun() {
    try (var test = new TestGraph()) {
      var masks = masks(test, "a", echo().outputKeepProb(0.5).variational().build());
      var runs = new ArrayList<String>();
      for (int i = 0; i < 5; i++) {
        runs.add(Arrays.toString(test.value(masks)));
      }
      assertTrue(runs.stream().distinct().count() > 3, "masks of five runs");
    }
  }

  @Test
  void inputStateAndOutputHaveMasksOfTheirOwn() {
    try (var test = new TestGraph()) {
      var cell = echo().inputKeepProb(0.5).stateKeepProb(0.5).outputKeepProb(0.5).build();
      var x = ones(test, 50, 8);
      var step = cell.step(test.scope(), x, x);
      var values = test.values(List.of(step.output(), step.state()));
      // Of independent masks a quarter of the elements meets twice.
      for (var value : values) {
        assertEquals(0.25, Arrays.stream(value).filter(v -> v == 4).count() / 400.0, 0.08);
      }
      assertFalse(Arrays.equals(values.get(0), values.get(1)));
    }
  }

  /** testDropoutWrapperRecurrentStateInputAndOutputWithSeed, and what a user wants beside it. */
  @Test
  void equalSeedsRepeatInEqualSessionsAndRunsDiffer() {
    var first = runs(-234987);
    var second = runs(-234987);
    var third = runs(10);
    assertArrayEquals(first.get(0), second.get(0));
    assertArrayEquals(first.get(1), second.get(1));
    assertFalse(Arrays.equals(first.get(0), first.get(1)), "runs");
    assertFalse(Arrays.equals(first.get(0), third.get(0)), "seeds");
  }

  private static List<double[]> runs(long seed) {
    try (var test = new TestGraph()) {
      var cell =
          echo().inputKeepProb(0.9).stateKeepProb(0.9).outputKeepProb(0.9).seed(seed).build();
      var masks = masks(test, "rnn", cell);
      return List.of(test.value(masks), test.value(masks));
    }
  }

  @Test
  void layersWithOneSeedHaveMasksOfTheirOwn() {
    try (var test = new TestGraph()) {
      var layers = new ArrayList<DropoutWrapper<TFloat64, Operand<TFloat64>>>();
      for (int i = 0; i < 2; i++) {
        layers.add(echo().stateKeepProb(0.5).seed(3).build());
      }
      var stack = MultiRnnCell.of(layers);
      var x = ones(test, 5, 8);
      var step = stack.step(test.scope(), x, LayerStates.of(x, x));
      Operand<TFloat64> one = step.state().layer(0, Operand.class);
      Operand<TFloat64> two = step.state().layer(1, Operand.class);
      var values = test.values(List.of(one, two));
      assertFalse(Arrays.equals(values.get(0), values.get(1)), "layers");

      // Two of one scope as well.
      var scope = test.scope().scope("side_by_side");
      var left = echo().outputKeepProb(0.5).build().step(scope, x, x).output();
      var right = echo().outputKeepProb(0.5).build().step(scope, x, x).output();
      values = test.values(List.of(left, right));
      assertFalse(Arrays.equals(values.get(0), values.get(1)), "siblings");
    }
  }

  @Test
  void theSeedOfTheScopeCountsWhereThereIsNoOther() {
    try (var test = new TestGraph()) {
      var x = ones(test, 5, 8);
      var outputs = new ArrayList<Operand<TFloat64>>();
      for (long seed : new long[] {1, 1, 2}) {
        var scope = test.scope().withSeed(seed);
        outputs.add(echo().outputKeepProb(0.5).build().step(scope, x, x).output());
      }
      var values = test.values(outputs);
      assertArrayEquals(values.get(0), values.get(1));
      assertFalse(Arrays.equals(values.get(0), values.get(2)));
    }
  }

  @Test
  void probabilitiesOfOneAddNoOp() {
    try (var test = new TestGraph();
        var plain = new TestGraph()) {
      var x = ones(test, 5, 8);
      var step = echo().inputKeepProb(1).stateKeepProb(1).build().step(test.scope(), x, x);
      assertSame(x, step.output());
      assertSame(x, step.state());
      ones(plain, 5, 8);
      assertEquals(ops(plain), ops(test));
    }
  }

  private static List<String> ops(TestGraph test) {
    var names = new ArrayList<String>();
    test.graph().operations().forEachRemaining(op -> names.add(op.name()));
    return names;
  }

  @Test
  void theVariablesAreThoseOfTheCell() {
    try (var test = new TestGraph()) {
      var cell =
          DropoutWrapper.builder(GruCell.builder(TFloat64.class, 2).build())
              .outputKeepProb(0.5)
              .build();
      Rnn.dynamicRnn(test.scope(), cell, ones(test, 2, 3, 4));
      assertEquals(
          List.of(
              "rnn/gru_cell/gates/kernel",
              "rnn/gru_cell/gates/bias",
              "rnn/gru_cell/candidate/kernel",
              "rnn/gru_cell/candidate/bias"),
          test.scope().variables().stream().map(v -> v.name()).toList());
    }
  }

  /** testDropoutWrapperProperties. */
  @Test
  void handsOutTheCellAndItsSizes() {
    var cell = BasicRnnCell.builder(TFloat32.class, 10).build();
    var wrapper = DropoutWrapper.builder(cell).build();
    assertSame(cell, wrapper.wrapped());
    assertEquals(Shape.of(10), wrapper.stateSize().leaves().get(0).shape());
    assertEquals(Shape.of(10), wrapper.outputSize().leaves().get(0).shape());
    assertEquals(TFloat32.class, wrapper.type());
  }

  /** testDropoutWrapperZeroState. */
  @Test
  void beginsWithTheStateOfTheCell() {
    try (var test = new TestGraph()) {
      var wrapper = DropoutWrapper.builder(new DecayCell(2)).stateKeepProb(0.5).build();
      var state = wrapper.zeroState(test.tf(), test.tf().constant(1));
      assertArrayEquals(new double[] {1, 1}, test.value(state));
    }
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertEquals(
        "dropout_wrapper: inputKeepProb must be between 0 and 1, got 1.5",
        Refusals.argument(() -> echo().inputKeepProb(1.5)));
    assertEquals(
        "dropout_wrapper: stateKeepProb must be between 0 and 1, got -0.1",
        Refusals.argument(() -> echo().stateKeepProb(-0.1)));
    assertEquals(
        "dropout_wrapper: outputKeepProb must be between 0 and 1, got NaN",
        Refusals.argument(() -> echo().outputKeepProb(Double.NaN)));
    try (var test = new TestGraph()) {
      var vector = test.tf().constant(new float[] {1, 1});
      for (var refused :
          List.of(
              Refusals.argument(() -> echo().inputKeepProb(vector)),
              Refusals.argument(() -> echo().stateKeepProb(vector)),
              Refusals.argument(() -> echo().outputKeepProb(vector)))) {
        assertTrue(refused.endsWith("KeepProb must be a scalar, got shape [2]"), refused);
      }
    }
  }

  @Test
  void refusesAnInputOfUnknownDepthThatIsDropped() {
    try (var test = new TestGraph()) {
      var x = test.feed64(Shape.of(1, -1), Shape.of(1, 2), 1, 1);
      var cell = echo().inputKeepProb(0.5).variational().build();
      assertEquals(
          "rnn/dropout_wrapper: x must have shape [batch, depth...] with known depths, got [1, ?]",
          Refusals.argument(() -> cell.step(test.scope().scope("rnn"), x, x)));
    }
  }

  @Test
  void refusesAnotherGraph() {
    try (var test = new TestGraph();
        var other = new TestGraph()) {
      var cell = echo().outputKeepProb(0.5).build();
      var x = ones(test, 1, 8);
      cell.step(test.scope(), x, x);
      var y = ones(other, 1, 8);
      assertTrue(
          Refusals.state(() -> cell.step(other.scope(), y, y))
              .startsWith("dropout_wrapper: cell must stay in the graph"));
    }
  }
}

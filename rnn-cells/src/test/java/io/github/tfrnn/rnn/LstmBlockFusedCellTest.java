package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.LstmBlockCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** The LSTM over a whole sequence in one op equals that of single steps. */
class LstmBlockFusedCellTest {
  private static final int TIME = 6;
  private static final int BATCH = 3;
  private static final int DEPTH = 4;
  private static final int UNITS = 2;

  /** Single precision; gradients of weights are sums over all steps and rows. */
  private static final double TOLERANCE = 5e-6;

  private static final double HALF = 8e-3;

  private final TestGraph test = new TestGraph();

  /** What both cells are asked for. */
  enum Settings {
    PLAIN,
    PEEPHOLES,
    CLIPPED;

    <T extends TFloating> LstmBlockFusedCell<T> fused(Class<T> type) {
      var builder = LstmBlockFusedCell.builder(type, UNITS).name("lstm_cell").reuse(Reuse.AUTO);
      switch (this) {
        case PLAIN -> builder.forgetBias(0.5);
        case PEEPHOLES -> builder.peepholes();
        case CLIPPED -> builder.cellClip(0.2);
      }
      return builder.build();
    }

    <T extends TFloating> LstmCell<T> composed(Class<T> type) {
      var builder = LstmCell.builder(type, UNITS).reuse(Reuse.AUTO);
      switch (this) {
        case PLAIN -> builder.forgetBias(0.5);
        case PEEPHOLES -> builder.peepholes();
        case CLIPPED -> builder.cellClip(0.2);
      }
      return builder.build();
    }
  }

  @AfterEach
  void close() {
    test.close();
  }

  private Operand<TFloat32> inputs(boolean known) {
    var shape = Shape.of(TIME, BATCH, DEPTH);
    return test.random32(known ? shape : Shape.of(-1, -1, DEPTH), shape);
  }

  private LstmState<TFloat32> initial() {
    var shape = Shape.of(BATCH, UNITS);
    return new LstmState<>(
        test.random32(Shape.of(-1, UNITS), shape), test.random32(Shape.of(-1, UNITS), shape));
  }

  private static Stream<Arguments> cases() {
    var lengths = new int[][] {{3, 4, 5}, {9, 0, -1}, {}};
    return Arrays.stream(Settings.values())
        .flatMap(s -> Arrays.stream(lengths).map(l -> Arguments.of(s, l, l.length == 0)));
  }

  /** testLSTMFusedSequenceLengths of TensorFlow 1.15 has the lengths 3, 4, 5. */
  @ParameterizedTest(name = "{0}, lengths {1}, known sizes {2}")
  @MethodSource("cases")
  void equalsSingleStepsInValuesAndGradients(Settings settings, int[] lengths, boolean known) {
    var x = inputs(known);
    var initial = initial();
    UnaryOperator<RnnOptions<LstmState<TFloat32>>> options = options(initial, lengths);
    var fused = settings.fused(TFloat32.class).run(test.scope().scope("net"), x, options);
    var looped =
        DynamicRnn.run(
            test.scope().scope("net"),
            settings.composed(TFloat32.class),
            x,
            options.apply(RnnOptions.defaults()).timeMajor(),
            Direction.FORWARD);
    assertSame(numbers(looped, x, initial), numbers(fused, x, initial), TOLERANCE);
  }

  private UnaryOperator<RnnOptions<LstmState<TFloat32>>> options(
      LstmState<TFloat32> initial, int... lengths) {
    if (lengths.length == 0) {
      return options -> options.initialState(initial);
    }
    var fed = test.feedInts(lengths);
    return options -> options.initialState(initial).sequenceLength(fed);
  }

  private List<double[]> numbers(
      RnnResult<Operand<TFloat32>, LstmState<TFloat32>> result,
      Operand<TFloat32> x,
      LstmState<TFloat32> initial) {
    var results = List.of(result.outputs(), result.state().c(), result.state().h());
    var terms = new ArrayList<Operand<TFloat32>>();
    results.forEach(part -> terms.add(test.weigh(part, terms.size())));
    List<Operand<?>> sources = new ArrayList<>(List.of(x, initial.c(), initial.h()));
    test.scope().variables().forEach(variable -> sources.add(variable.value()));
    List<Operand<?>> fetches = new ArrayList<>(results);
    fetches.addAll(Gradients.of(test.total(terms), sources));
    return test.values(fetches);
  }

  private static void assertSame(List<double[]> expected, List<double[]> actual, double by) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), by, "tensor " + i);
    }
    assertTrue(Arrays.stream(actual.get(2)).anyMatch(v -> v != 0), "a state of zeros");
  }

  /** The whole of testCompatibleNames of TensorFlow 1.15. */
  @Test
  void allThreeCellsHaveTheSameNames() {
    var x = inputs(true);
    var block = LstmBlockCell.builder(TFloat32.class, UNITS).peepholes().build();
    Settings.PEEPHOLES.fused(TFloat32.class).run(test.scope().scope("fused"), x);
    Rnn.dynamicRnn(test.scope(), block, x, options -> options.timeMajor().scopeName("block"));
    Rnn.dynamicRnn(
        test.scope(),
        Settings.PEEPHOLES.composed(TFloat32.class),
        x,
        options -> options.timeMajor().scopeName("composed"));
    assertEquals(names("composed"), names("block"));
    assertEquals(names("composed"), names("fused"));
    assertTrue(names("fused").contains("/lstm_cell/w_f_diag [2]"), names("fused").toString());
  }

  private List<String> names(String scope) {
    return test.scope().scope(scope).variables().stream()
        .map(v -> v.name().substring(scope.length()) + " " + Arrays.toString(v.shape().asArray()))
        .sorted()
        .toList();
  }

  @Test
  void theScopeHasTheNameOfTensorFlow() {
    LstmBlockFusedCell.builder(TFloat32.class, UNITS).build().run(test.scope(), inputs(true));
    assertEquals(
        List.of("lstm_fused_cell/kernel", "lstm_fused_cell/bias"),
        test.scope().variables().stream().map(v -> v.name()).toList());
  }

  @Test
  void halfPrecisionIsCloseToSinglePrecision() {
    var x = inputs(true);
    var third = Initializers.constant(1.0 / 3);
    var scope = test.scope().withInitializer(third);
    var wide = Settings.PEEPHOLES.fused(TFloat32.class).run(scope.scope("wide"), x);
    var narrow = test.tf().dtypes.cast(x, TFloat16.class);
    var half = Settings.PEEPHOLES.fused(TFloat16.class).run(scope.scope("half"), narrow);
    assertArrayEquals(test.value(wide.outputs()), test.value(half.outputs()), HALF);
    var kernel = test.scope().scope("half").variables().get(0).value();
    var same = test.scope().scope("wide").variables().get(0).value();
    assertArrayEquals(
        test.value(Gradients.of(wide.outputs(), List.of(same)).get(0)),
        test.value(Gradients.of(half.outputs(), List.of(kernel)).get(0)),
        HALF);
  }

  @Test
  void notANumberInThePaddingChangesNothing() {
    var clean = padded(0);
    var dirty = padded(Float.NaN);
    for (int i = 0; i < clean.size(); i++) {
      assertArrayEquals(clean.get(i), dirty.get(i), 0, "tensor " + i);
    }
  }

  private static List<double[]> padded(float padding) {
    try (var other = new LstmBlockFusedCellTestGraph()) {
      return other.numbers(padding);
    }
  }

  /** Rows of the lengths 1 and 3 in three steps. */
  private static final class LstmBlockFusedCellTestGraph implements AutoCloseable {
    private final TestGraph test = new TestGraph();

    List<double[]> numbers(float padding) {
      var shape = Shape.of(3, 2, 1);
      var x = test.feed32(shape, shape, 0.1f, 0.2f, padding, 0.3f, padding, 0.4f);
      var result =
          Settings.PLAIN
              .fused(TFloat32.class)
              .run(test.scope(), x, o -> o.sequenceLength(test.feedInts(1, 3)));
      var loss = test.weigh(result.outputs(), 0);
      List<Operand<?>> fetches = new ArrayList<>(List.of(result.outputs(), result.state().c()));
      var kernel = test.scope().variables().get(0).value();
      fetches.addAll(Gradients.of(loss, List.of(x, kernel)));
      return test.values(fetches);
    }

    @Override
    public void close() {
      test.close();
    }
  }

  @Test
  void noStepsLeaveTheInitialState() {
    var x = test.feed32(Shape.of(-1, -1, DEPTH), Shape.of(0, BATCH, DEPTH));
    var initial = initial();
    var result = Settings.PLAIN.fused(TFloat32.class).run(test.scope(), x, options(initial));
    var values =
        test.values(
            List.of(
                test.tf().identity(initial.c()),
                test.tf().identity(initial.h()),
                result.state().c(),
                result.state().h(),
                result.outputs()));
    assertArrayEquals(values.get(0), values.get(2), 0);
    assertArrayEquals(values.get(1), values.get(3), 0);
    assertEquals(0, values.get(4).length);
  }

  @Test
  void anUnknownDepthIsRefused() {
    var x = test.random32(Shape.of(TIME, BATCH, -1), Shape.of(TIME, BATCH, DEPTH));
    assertEquals(
        "net: inputs must have shape [time, batch, depth...] with a known depth, got [6, 3, ?]",
        Refusals.argument(
            () -> Settings.PLAIN.fused(TFloat32.class).run(test.scope().scope("net"), x)));
  }

  @Test
  void aStateOfAnotherBatchIsRefused() {
    var x = inputs(true);
    var wrong = test.random32(Shape.of(2, UNITS), Shape.of(2, UNITS));
    assertEquals(
        "net/lstm_cell: state c must have shape [3, 2], got [2, 2]",
        Refusals.argument(
            () ->
                Settings.PLAIN
                    .fused(TFloat32.class)
                    .run(
                        test.scope().scope("net"),
                        x,
                        o -> o.initialState(new LstmState<>(wrong, wrong)))));
  }
}

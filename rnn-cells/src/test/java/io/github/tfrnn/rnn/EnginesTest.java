package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.CompiledWrapper;
import io.github.tfrnn.cells.DeviceWrapper;
import io.github.tfrnn.cells.DropoutWrapper;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LayerNormBasicLstmCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.NasCell;
import io.github.tfrnn.cells.ResidualWrapper;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.cells.UgrnnCell;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.Xla;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** Which engine runs a cell where the module rnn-onednn is not there, and what is said of it. */
class EnginesTest {
  private static final int UNITS = 3;
  private static final Shape ANY = Shape.of(-1, -1, UNITS);

  private final TestGraph test = new TestGraph();

  @AfterEach
  void close() {
    test.close();
  }

  private static LstmCell.Builder<TFloat32> lstm() {
    return LstmCell.builder(TFloat32.class, UNITS);
  }

  private Operand<TFloat32> x(Shape shape) {
    return test.tf().placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  private <S> RnnResult<Operand<TFloat32>, S> run(
      TensorCell<TFloat32, S> cell, Shape shape, UnaryOperator<RnnOptions<S>> options) {
    return Rnn.dynamicRnn(test.scope(), cell, x(shape), options);
  }

  /** What stands in the way of an engine that is asked for by name. */
  private <T extends TFloating, S> String obstacle(
      TensorCell<T, S> cell, Operand<T> x, Engine engine, UnaryOperator<RnnOptions<S>> options) {
    var message =
        Refusals.argument(
            () ->
                Rnn.dynamicRnn(
                    test.scope(), cell, x, (RnnOptions<S> o) -> options.apply(o.engine(engine))));
    var begin = "rnn: engine must be one that can run the cell here, got " + engine + ", but ";
    var end = ". Engine.AUTO chooses one that can.";
    assertTrue(message.startsWith(begin) && message.endsWith(end), message);
    assertEquals(List.of(), test.scope().variables(), "nothing was made");
    return message.substring(begin.length(), message.length() - end.length());
  }

  private <S> String obstacle(TensorCell<TFloat32, S> cell, Engine engine) {
    return obstacle(cell, x(ANY), engine, o -> o);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"LOOP", "SLICED", "UNROLLED_STEPS", "FUSED"})
  void anEngineIsThereForTheAsking(Engine engine) {
    var result = run(lstm().build(), ANY, o -> o.engine(engine));
    assertEquals(new EngineUse(engine, "asked for"), result.engine());
  }

  private static Stream<TensorCell<TFloat32, ?>> withOneOp() {
    return Stream.of(lstm().build(), gru());
  }

  @ParameterizedTest
  @MethodSource("withOneOp")
  void aCompiledPieceHoldsNoOpThatXlaCannotCompile(TensorCell<TFloat32, ?> cell) {
    var shape = Shape.of(16, 5, UNITS);
    var x = test.random32(shape, shape);
    var compiled =
        Xla.compile(
            test.tf(),
            "piece",
            Structure.<TFloat32>tensor(),
            ops -> Rnn.dynamicRnn(test.scope().withOps(ops), cell, x).outputs());
    var scope = test.scope().withReuse(Reuse.ALWAYS);
    var expected = test.value(Rnn.dynamicRnn(scope, cell, x).outputs());
    assertArrayEquals(expected, test.value(compiled), 1e-6);
  }

  @Test
  void whyOthersWerePassedOverIsSaid() {
    var result = run(lstm().build(), ANY, o -> o);
    var why = result.engine().why();
    assertTrue(
        why.contains("ONEDNN cannot run: the module rnn-onednn is not on the class path"), why);
  }

  private static Stream<TensorCell<TFloat32, ?>> withIndependentRows() {
    return Stream.of(
        lstm().peepholes().cellClip(1).build(),
        GruCell.builder(TFloat32.class, UNITS).build(),
        BasicRnnCell.builder(TFloat32.class, UNITS).build(),
        UgrnnCell.builder(TFloat32.class, UNITS).build(),
        NasCell.builder(TFloat32.class, UNITS).build(),
        LayerNormBasicLstmCell.builder(TFloat32.class, UNITS).build(),
        ResidualWrapper.of(lstm().build()),
        DeviceWrapper.of(
            lstm().build(), DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).build()),
        MultiRnnCell.of(List.of(lstm().build(), GruCell.builder(TFloat32.class, 2).build())));
  }

  @ParameterizedTest
  @MethodSource("withIndependentRows")
  void rowsOfTheseCellsAreIndependent(TensorCell<TFloat32, ?> cell) {
    assertEquals(Engine.SLICED, engine(cell, Engine.SLICED));
    assertEquals(Engine.UNROLLED_STEPS, engine(cell, Engine.UNROLLED_STEPS));
  }

  private <S> Engine engine(TensorCell<TFloat32, S> cell, Engine engine) {
    return run(cell, ANY, o -> o.engine(engine)).engine().engine();
  }

  private static TensorCell<TFloat32, ?> dropout() {
    return DropoutWrapper.builder(lstm().build()).outputKeepProb(0.5).build();
  }

  private static Stream<TensorCell<TFloat32, ?>> withDependentRows() {
    return Stream.of(
        dropout(),
        ResidualWrapper.of(dropout()),
        MultiRnnCell.of(List.of(lstm().build(), dropout())),
        LayerNormBasicLstmCell.builder(TFloat32.class, UNITS).dropoutKeepProb(0.5).build());
  }

  @ParameterizedTest
  @MethodSource("withDependentRows")
  void cellsWithRandomNumbersRunInTheLoopOnly(TensorCell<TFloat32, ?> cell) {
    var why =
        "a " + cell.getClass().getSimpleName() + " does not say that its rows are independent";
    assertEquals(why, obstacle(cell, Engine.SLICED));
    assertEquals(why, obstacle(cell, Engine.UNROLLED_STEPS));
    assertEquals(why, obstacle(cell, x(Shape.of(2, 3, UNITS)), Engine.XLA, o -> o));
    assertEquals(Engine.LOOP, run(cell, ANY, o -> o).engine().engine());
  }

  @Test
  void aStepThatIsCompiledForAllRowsIsNotCut() {
    assertEquals(
        "a CompiledWrapper does not say that its rows are independent",
        obstacle(CompiledWrapper.of(lstm().build()), Engine.SLICED));
  }

  private static Stream<Arguments> obstacles() {
    UnaryOperator<RnnOptions<?>> none = o -> o;
    UnaryOperator<RnnOptions<?>> second = RnnOptions::secondOrder;
    UnaryOperator<RnnOptions<?>> segments = RnnOptions::segments;
    var known = Shape.of(2, 3, UNITS);
    return Stream.of(
        Arguments.of(
            Engine.XLA, ANY, none, "the number of steps is not known while the graph is built"),
        Arguments.of(
            Engine.XLA,
            Shape.of(-1, 3, UNITS),
            none,
            "the batch size is not known while the graph is built"),
        Arguments.of(Engine.XLA, known, second, "gradients of second order are asked for"),
        Arguments.of(Engine.XLA, known, segments, "segments are asked for"),
        Arguments.of(Engine.UNROLLED_STEPS, known, segments, "segments are asked for"),
        Arguments.of(Engine.FUSED, known, segments, "segments are asked for"),
        Arguments.of(Engine.FUSED, known, second, "gradients of second order are asked for"),
        Arguments.of(Engine.SLICED, Shape.of(1, 3, UNITS), none, "a batch of 1 has no slices"),
        Arguments.of(Engine.ONEDNN, known, none, "the module rnn-onednn is not on the class path"));
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("obstacles")
  @SuppressWarnings("unchecked") // an option of no cell in particular
  void whatStandsInTheWayIsSaid(
      Engine engine, Shape shape, UnaryOperator<RnnOptions<?>> options, String why) {
    var all = (UnaryOperator<RnnOptions<Operand<TFloat32>>>) (UnaryOperator<?>) options;
    assertEquals(
        why, obstacle(GruCell.builder(TFloat32.class, UNITS).build(), x(shape), engine, all));
  }

  @Test
  void fusedOpsAreForTheirTypesAndKinds() {
    assertEquals(
        "TensorFlow has no fused op for a tanh cell",
        obstacle(BasicRnnCell.builder(TFloat32.class, UNITS).build(), Engine.FUSED));
    assertEquals("the cell has peepholes", obstacle(lstm().peepholes().build(), Engine.FUSED));
    var wide = test.tf().placeholder(TFloat64.class, Placeholder.shape(ANY));
    assertEquals(
        "TensorFlow's fused op has no kernel for TFloat64",
        obstacle(LstmCell.builder(TFloat64.class, UNITS).build(), wide, Engine.FUSED, o -> o));
  }

  @Test
  void cudnnSaysThatItsGruIsAnotherOne() {
    assertEquals(
        "the GRU of cuDNN applies the reset gate behind the product, which is CudnnGru here",
        obstacle(GruCell.builder(TFloat32.class, UNITS).build(), Engine.CUDNN));
  }

  @Test
  void aPropertyChangesWhatAutoMeansWhereThatCanRun() {
    var before = System.getProperty(Engines.PROPERTY);
    try {
      System.setProperty(Engines.PROPERTY, "FUSED");
      var gru = GruCell.builder(TFloat32.class, UNITS).build();
      var tanh = BasicRnnCell.builder(TFloat32.class, UNITS).build();
      assertEquals("FUSED (a property asks for it)", run(gru, ANY, o -> o).engine().toString());
      assertNotEquals(Engine.FUSED, run(tanh, ANY, o -> o).engine().engine());
      System.setProperty(Engines.PROPERTY, "fast");
      assertEquals(
          "engines: the property io.github.tfrnn.engine must be one of [AUTO, LOOP, SLICED,"
              + " UNROLLED_STEPS, XLA, FUSED, ONEDNN, CUDNN], got fast",
          Refusals.argument(() -> run(lstm().build(), ANY, o -> o)));
    } finally {
      if (before == null) {
        System.clearProperty(Engines.PROPERTY);
      } else {
        System.setProperty(Engines.PROPERTY, before);
      }
    }
  }

  @Test
  void segmentsAreRunByTheLoop() {
    var result = run(lstm().build(), ANY, RnnOptions::segments);
    assertEquals(Engine.LOOP, result.engine().engine());
  }

  private static GruCell<TFloat32> gru() {
    return GruCell.builder(TFloat32.class, UNITS).build();
  }

  private static int slices() {
    return Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));
  }

  @Test
  void slicesAreLoopsSideBySide() {
    run(gru(), ANY, o -> o.engine(Engine.SLICED));
    assertEquals(slices(), loops());
  }

  @Test
  void slicesOfAnLstmAreOneOpEach() {
    run(lstm().build(), ANY, o -> o.engine(Engine.SLICED));
    assertEquals(slices(), ops("BlockLSTM"));
    assertEquals(0, loops());
  }

  @Test
  void aBatchOfTwoRowsHasTwoSlices() {
    run(gru(), Shape.of(2, 5, UNITS), o -> o.engine(Engine.SLICED));
    assertEquals(2, loops());
  }

  @Test
  void aBatchThatIsKnownToBeSmallIsNotCutByItself() {
    var wide = GruCell.builder(TFloat32.class, 192).build();
    var use = run(wide, Shape.of(7, 5, UNITS), o -> o).engine();
    assertEquals(Engine.LOOP, use.engine());
    assertTrue(use.why().contains("SLICED does not pay: a batch of 7 is small"), use.why());
    assertTrue(
        use.why().contains("FUSED does not pay: GRUBlockCell is slower with 192 units"), use.why());
  }

  @Test
  void anLstmOfFewRowsIsOneOp() {
    var use = run(lstm().build(), Shape.of(7, 5, UNITS), o -> o).engine();
    assertEquals(Engine.FUSED, use.engine());
  }

  @Test
  void aStepOfAGruOfFewRowsIsOneOp() {
    var use = run(gru(), Shape.of(7, 5, UNITS), o -> o).engine();
    assertEquals(Engine.FUSED, use.engine());
  }

  @Test
  void anLstmRunsInLoopsWhereOneOpDoesNotPay() {
    run(LstmCell.builder(TFloat32.class, 256).build(), ANY, o -> o.engine(Engine.SLICED));
    run(lstm().build(), ANY, o -> o.recompute().engine(Engine.SLICED).scopeName("recomputed"));
    assertEquals(0, ops("BlockLSTM"));
    assertEquals(2L * slices(), loops());
  }

  @Test
  void whatIsLeftBehindTheUnrolledStepsHasALoopOfItsOwn() {
    run(lstm().build(), Shape.of(2, 19, UNITS), o -> o.engine(Engine.UNROLLED_STEPS));
    assertEquals(2, loops());
  }

  @Test
  void nothingIsLeftBehindAWholeNumberOfTurns() {
    run(lstm().build(), Shape.of(2, 16, UNITS), o -> o.engine(Engine.UNROLLED_STEPS));
    assertEquals(1, loops());
  }

  @Test
  void aSegmentHasAtLeastOneStep() {
    assertEquals(
        "options: the steps of a segment must be at least 1, got 0",
        Refusals.argument(() -> run(lstm().build(), ANY, o -> o.segments(0))));
  }

  private long loops() {
    return ops("While") + ops("StatelessWhile");
  }

  private long ops(String type) {
    Iterable<org.tensorflow.GraphOperation> ops = test.graph()::operations;
    return StreamSupport.stream(ops.spliterator(), false)
        .filter(op -> op.type().equals(type))
        .count();
  }
}

package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.DropoutWrapper;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.IndyLstmCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.cells.UgrnnCell;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.EngineUse;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** Which engine runs a cell, and what is said of it. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class EngineChoiceTest {
  /** What AUTO takes then; the number of cores decides. */
  private static final Set<Engine> LOOPS = Set.of(Engine.LOOP, Engine.SLICED);

  private final TestGraph test = new TestGraph();

  @AfterEach
  void close() {
    test.close();
  }

  private Operand<TFloat32> x() {
    return test.random32(Shape.of(-1, -1, 4), Shape.of(2, 3, 4));
  }

  private static LstmCell.Builder<TFloat32> lstm() {
    return LstmCell.builder(TFloat32.class, 3);
  }

  @Test
  void whatIsOnTheClassPathAndCanRunTheCellIsChosenByItself() {
    var result = Rnn.dynamicRnn(test.scope(), lstm().build(), x());
    assertEquals(Engine.ONEDNN, result.engine().engine());
    assertTrue(result.outputs().op().type().equals("Transpose"), result.outputs().op().type());
  }

  @Test
  void theLoopIsThereForTheAsking() {
    var result = Rnn.dynamicRnn(test.scope(), lstm().build(), x(), o -> o.engine(Engine.LOOP));
    assertEquals(new EngineUse(Engine.LOOP, "asked for"), result.engine());
  }

  private static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(lstm().peepholes().build(), "the cell has peepholes"),
        Arguments.of(lstm().cellClip(1).build(), "the cell clips its memory"),
        Arguments.of(lstm().projection(2).build(), "the cell has a projection"),
        Arguments.of(
            GruCell.builder(TFloat32.class, 3).activation(Activation.relu()).build(),
            "the activation of the cell is not Activation.tanh()"),
        Arguments.of(
            BasicRnnCell.builder(TFloat32.class, 3).activation((tf, x) -> tf.math.tanh(x)).build(),
            "the activation of the cell is not Activation.tanh()"),
        Arguments.of(
            IndyLstmCell.builder(TFloat32.class, 3).build(), "the cell has no full matrix for h"),
        Arguments.of(
            UgrnnCell.builder(TFloat32.class, 3).build(), "a UgrnnCell is none of its cells"),
        Arguments.of(
            DropoutWrapper.builder(lstm().build()).outputKeepProb(0.5).build(),
            "a DropoutWrapper is none of its cells"),
        Arguments.of(
            MultiRnnCell.of(List.of(lstm().build(), lstm().peepholes().build())),
            "the cell has peepholes"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("others")
  void whatOneDnnCannotDoRunsInLoops(TensorCell<TFloat32, ?> cell, String why) {
    var use = use(cell, x());
    assertTrue(LOOPS.contains(use.engine()), use::toString);
    assertTrue(use.why().contains("ONEDNN cannot run: " + why), use.why());
  }

  private <T extends TFloating> EngineUse use(TensorCell<T, ?> cell, Operand<T> x) {
    return Rnn.dynamicRnn(test.scope(), cell, x).engine();
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("others")
  void byNameItIsRefusedWithTheReason(TensorCell<TFloat32, ?> cell, String why) {
    assertEquals(
        "rnn: engine must be one that can run the cell here, got ONEDNN, but "
            + why
            + ". Engine.AUTO chooses one that can.",
        refusal(cell, x()));
    assertEquals(List.of(), test.scope().variables(), "nothing was made");
  }

  private <S> String refusal(TensorCell<TFloat32, S> cell, Operand<TFloat32> x) {
    return Refusals.argument(
        () -> Rnn.dynamicRnn(test.scope(), cell, x, (RnnOptions<S> o) -> o.engine(Engine.ONEDNN)));
  }

  @Test
  void doublePrecisionRunsInALoop() {
    var cell = LstmCell.builder(TFloat64.class, 3).build();
    var x = test.random64(Shape.of(-1, -1, 4), Shape.of(2, 3, 4));
    var why = use(cell, x).why();
    assertTrue(
        why.contains("ONEDNN cannot run: oneDNN computes in TFloat32, and the cell is of TFloat64"),
        why);
  }

  @Test
  void secondOrderRunsInALoop() {
    var result = Rnn.dynamicRnn(test.scope(), lstm().build(), x(), RnnOptions::secondOrder);
    var why = result.engine().why();
    assertTrue(why.contains("ONEDNN cannot run: gradients of second order are asked for"), why);
  }

  @Test
  void staticRnnHasNoEngines() {
    var x = test.random32(Shape.of(2, 4), Shape.of(2, 4));
    assertEquals(
        "rnn: options must be those of an unrolled cell, got timeMajor, an engine or a setting of"
            + " the loop, which dynamicRnn has",
        Refusals.argument(
            () ->
                Rnn.staticRnn(
                    test.scope(), lstm().build(), List.of(x), o -> o.engine(Engine.ONEDNN))));
  }

  @Test
  void aStateOfAnotherBatchIsRefusedAsByTheLoop() {
    var x = test.random32(Shape.of(2, 3, 4), Shape.of(2, 3, 4));
    var wrong = test.random32(Shape.of(5, 3), Shape.of(5, 3));
    var cell = GruCell.builder(TFloat32.class, 3).build();
    assertEquals(
        "rnn/gru_cell: state h must have shape [2, 3], got [5, 3]",
        Refusals.argument(() -> Rnn.dynamicRnn(test.scope(), cell, x, o -> o.initialState(wrong))));
  }

  private static Stream<TensorCell<TFloat32, ?>> cells() {
    return Stream.of(
        BasicLstmCell.builder(TFloat32.class, 3).build(),
        lstm().unitShards(2).build(),
        GruCell.builder(TFloat32.class, 3).build(),
        BasicRnnCell.builder(TFloat32.class, 3).build(),
        Layers.stack());
  }

  /** The same cells once more, since a cell stays in its graph. */
  @Test
  void variablesHaveTheSameNamesOrderAndFirstValuesOnBothEngines() {
    var loop = cells().toList();
    var oneDnn = cells().toList();
    for (int i = 0; i < loop.size(); i++) {
      try (var first = new TestGraph();
          var second = new TestGraph()) {
        var expected = variables(first, loop.get(i), Engine.LOOP);
        var actual = variables(second, oneDnn.get(i), Engine.ONEDNN);
        assertEquals(
            expected.stream().map(Variable::name).toList(),
            actual.stream().map(Variable::name).toList());
        for (int k = 0; k < expected.size(); k++) {
          assertArrayEquals(
              first.value(expected.get(k).value()), second.value(actual.get(k).value()), 0);
        }
      }
    }
  }

  private static <S> List<Variable> variables(
      TestGraph test, TensorCell<TFloat32, S> cell, Engine engine) {
    var x = test.random32(Shape.of(-1, -1, 4), Shape.of(2, 3, 4));
    VariableScope scope = test.scope().withSeed(3);
    Rnn.dynamicRnn(scope, cell, x, (RnnOptions<S> o) -> o.engine(engine));
    return new ArrayList<>(test.scope().variables());
  }
}

package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.rnn.BidirectionalRnn;
import io.github.tfrnn.rnn.Directions;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Stacks of layers and layers that run both ways give what the loop gives. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class StacksAndDirectionsTest {
  private static final Shape SEQUENCES = Shape.of(4, 7, 3);

  /** Runs the same layers, with the same first weights, on one engine. */
  private interface Network {
    List<Operand<?>> of(TestGraph test, Operand<TFloat32> x, Engine engine);
  }

  private static List<double[]> numbers(Network network, Engine engine) {
    try (var test = new TestGraph()) {
      var x = test.random32(Shape.of(-1, -1, 3), SEQUENCES);
      var values = network.of(test, x, engine);
      var terms = new ArrayList<Operand<TFloat32>>();
      values.forEach(value -> terms.add(test.weigh(floats(value), terms.size())));
      var sources = new ArrayList<Operand<?>>(List.of(x));
      test.scope().variables().forEach(variable -> sources.add(variable.value()));
      var fetches = new ArrayList<Operand<?>>(values);
      fetches.addAll(Gradients.of(test.total(terms), sources));
      test.values(fetches); // the second run has what the first one kept
      return test.values(fetches);
    }
  }

  @SuppressWarnings("unchecked") // all values here are
  private static Operand<TFloat32> floats(Operand<?> value) {
    return (Operand<TFloat32>) value;
  }

  private static void assertEqualEngines(Network network) {
    var loop = numbers(network, Engine.LOOP);
    var oneDnn = numbers(network, Engine.ONEDNN);
    assertEquals(loop.size(), oneDnn.size());
    for (int i = 0; i < loop.size(); i++) {
      double largest = Arrays.stream(loop.get(i)).map(Math::abs).max().orElse(0);
      assertArrayEquals(loop.get(i), oneDnn.get(i), 2e-5 * Math.max(1, largest), "tensor " + i);
    }
  }

  private static <S> RnnOptions<S> options(
      TestGraph test, RnnOptions<S> options, Engine engine, boolean lengths) {
    var with = options.engine(engine);
    return lengths ? with.sequenceLength(test.feedInts(7, 0, 3, 5)) : with;
  }

  @ParameterizedTest(name = "with lengths {0}")
  @ValueSource(booleans = {false, true})
  void aStackOfDifferentCellsRunsLayerByLayer(boolean lengths) {
    assertEqualEngines(
        (test, x, engine) -> {
          var cell = Layers.stack();
          var result =
              Rnn.dynamicRnn(
                  test.scope().withSeed(2), cell, x, o -> options(test, o, engine, lengths));
          assertEquals(engine, result.engine().engine());
          var values = new ArrayList<Operand<?>>(List.of(result.outputs()));
          values.addAll(cell.stateSize().flatten(result.state()));
          return values;
        });
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = "PEEPHOLES", mode = EnumSource.Mode.EXCLUDE)
  void bothDirectionsWithLengths(Layers layer) {
    assertEqualEngines(
        (test, x, engine) -> bothWays(test, x, engine, layer.cell(), layer.cell(), true));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = "PEEPHOLES", mode = EnumSource.Mode.EXCLUDE)
  void bothDirectionsOfFullRows(Layers layer) {
    assertEqualEngines(
        (test, x, engine) -> bothWays(test, x, engine, layer.cell(), layer.cell(), false));
  }

  private static <F, B> List<Operand<?>> bothWays(
      TestGraph test,
      Operand<TFloat32> x,
      Engine engine,
      TensorCell<TFloat32, F> forward,
      TensorCell<TFloat32, B> backward,
      boolean lengths) {
    var result =
        BidirectionalRnn.dynamicRnn(
            test.scope().withSeed(2),
            forward,
            backward,
            x,
            (RnnOptions<Directions<F, B>> o) -> options(test, o, engine, lengths));
    assertEquals(engine, result.engine().engine());
    var values =
        new ArrayList<Operand<?>>(List.of(result.outputs().forward(), result.outputs().backward()));
    values.addAll(forward.stateSize().flatten(result.state().forward()));
    values.addAll(backward.stateSize().flatten(result.state().backward()));
    return values;
  }

  @Test
  void aStackOfBothDirections() {
    assertEqualEngines(
        (test, x, engine) -> {
          var result =
              BidirectionalRnn.stackDynamicRnn(
                  test.scope().withSeed(2),
                  List.of(Layers.LSTM.cell(), Layers.GRU.cell()),
                  List.of(Layers.LSTM.cell(), Layers.GRU.cell()),
                  x,
                  (RnnOptions<Directions<LayerStates, LayerStates>> o) ->
                      options(test, o, engine, true));
          assertEquals(engine, result.engine().engine());
          return List.of(result.outputs());
        });
  }
}

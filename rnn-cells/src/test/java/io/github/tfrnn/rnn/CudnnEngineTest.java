package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.spi.LayerKind;
import io.github.tfrnn.ops.spi.LayerOutput;
import io.github.tfrnn.ops.spi.LayerSequence;
import io.github.tfrnn.ops.spi.LayerWeights;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * The layer that cuDNN runs: as far as a CPU can tell, shapes and weights; its numbers where there
 * is a GPU.
 */
class CudnnEngineTest {
  private static final int UNITS = 2;
  private static final int DEPTH = 3;

  private final TestGraph test = new TestGraph();

  @AfterEach
  void close() {
    test.close();
  }

  private LayerOutput<TFloat32> layer(LayerKind kind, boolean lengths) {
    int gates = kind == LayerKind.LSTM ? 4 : 1;
    var kernel = Shape.of(DEPTH + UNITS, (long) gates * UNITS);
    var bias = Shape.of((long) gates * UNITS);
    var state = Shape.of(-1, UNITS);
    var states = new ArrayList<Operand<TFloat32>>();
    for (int i = 0; i < (kind == LayerKind.LSTM ? 2 : 1); i++) {
      states.add(test.random32(state, Shape.of(4, UNITS)));
    }
    return new CudnnEngine()
        .run(
            test.tf(),
            new LayerWeights<>(
                kind,
                "lstm",
                List.of(test.random32(kernel, kernel), test.random32(bias, bias)),
                kind == LayerKind.LSTM ? 0.7 : 0),
            new LayerSequence<>(
                test.random32(Shape.of(-1, -1, DEPTH), Shape.of(6, 4, DEPTH)),
                lengths ? Optional.of(test.feedInts(6, 0, 3, 9)) : Optional.empty(),
                states,
                false));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"LSTM", "TANH_RNN"})
  void aLayerHasTheShapesOfTheLoop(LayerKind kind) {
    for (boolean lengths : new boolean[] {false, true}) {
      var output = layer(kind, lengths);
      assertEquals(3, output.outputs().shape().numDimensions());
      assertEquals(UNITS, output.outputs().shape().get(2));
      assertEquals(kind == LayerKind.LSTM ? 2 : 1, output.state().size());
      output.state().forEach(part -> assertEquals(2, part.shape().numDimensions()));
    }
  }

  @Test
  void theForgetBiasIsInTheBiasOfTheForgetGate() {
    var kernel = test.random32(Shape.of(5, 8), Shape.of(5, 8));
    var bias = test.feed32(Shape.of(8), Shape.of(8), 1, 2, 3, 4, 5, 6, 7, 8);
    var weights = new LayerWeights<>(LayerKind.LSTM, "lstm", List.of(kernel, bias), 0.5);
    var canonical = CudnnEngine.canonical(test.tf(), weights, UNITS);
    // Columns are those of i, j, f, o; the forget gate has the third two.
    assertArrayEquals(
        new double[] {1, 2, 3, 4, 5.5, 6.5, 7, 8},
        test.value(canonical.lstm(test.tf()).bias()),
        1e-6);
  }

  @Test
  void onAGpuItGivesWhatTheLoopGives() {
    assumeTrue(CudnnOp.obstacle().isEmpty(), "there is no GPU, or no natives for it");
    var x = test.random32(Shape.of(-1, -1, DEPTH), Shape.of(6, 4, DEPTH));
    TensorCell<TFloat32, ?> first = lstm();
    TensorCell<TFloat32, ?> second = lstm();
    var loop = numbers(first, x, Engine.LOOP);
    var all = new ArrayList<>(loop);
    all.addAll(numbers(second, x, Engine.CUDNN));
    var values = test.values(all);
    for (int i = 0; i < loop.size(); i++) {
      assertArrayEquals(values.get(i), values.get(loop.size() + i), 1e-4, "tensor " + i);
    }
  }

  private static TensorCell<TFloat32, ?> lstm() {
    return BasicLstmCell.builder(TFloat32.class, UNITS).reuse(Reuse.AUTO).build();
  }

  private <S> List<Operand<?>> numbers(
      TensorCell<TFloat32, S> cell, Operand<TFloat32> x, Engine engine) {
    var result =
        Rnn.dynamicRnn(
            test.scope().scope("net"),
            cell,
            x,
            (RnnOptions<S> o) ->
                o.engine(engine).sequenceLength(test.feedInts(6, 0, 3, 5)).timeMajor());
    var fetches = new ArrayList<Operand<?>>(List.of(test.tf().identity(result.outputs())));
    var sources = new ArrayList<Operand<?>>(List.of(x));
    test.scope().variables().forEach(variable -> sources.add(variable.value()));
    fetches.addAll(Gradients.of(test.weigh(result.outputs(), 1), sources));
    return fetches;
  }
}

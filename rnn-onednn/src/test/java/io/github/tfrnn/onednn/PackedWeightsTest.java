package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Weights that a kernel has kept in another order are those of the variable, whatever happens. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class PackedWeightsTest {
  private static final int DEPTH = Layers.DEPTH;

  private final TestGraph test = new TestGraph();
  private final Operand<TFloat32> x =
      test.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, DEPTH)));

  @AfterEach
  void close() {
    test.close();
  }

  private <S> Operand<TFloat32> outputs(TensorCell<TFloat32, S> cell, Engine engine) {
    return Rnn.dynamicRnn(
            test.scope().withSeed(3).scope("net"),
            cell,
            x,
            (RnnOptions<S> o) -> o.engine(engine).timeMajor())
        .outputs();
  }

  private void feed(int time, int batch) {
    var shape = Shape.of(time, batch, DEPTH);
    var values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    test.refeed(x, TFloat32.tensorOf(shape, DataBuffers.of(values)));
  }

  /** Adds to the last number of a variable. */
  private void changeLast(int variable) {
    var tf = test.tf();
    var of = test.scope().variables().get(variable);
    int size = (int) of.shape().size();
    var change = new float[size];
    change[size - 1] = 0.5f;
    var more = tf.reshape(tf.constant(change), tf.constant(of.shape().asArray()));
    Operand<TFloat32> reference = test.graph().operationOrThrow(of.name()).output(0);
    test.run(tf.assignAdd(reference, more));
  }

  @ParameterizedTest
  @EnumSource(names = {"LSTM", "GRU", "RNN"})
  void aChangeOfOneNumberIsSeenByTheNextRun(Layers layer) {
    var loop = outputs(layer.cell(), Engine.LOOP);
    var oneDnn = outputs(layer.cell(), Engine.ONEDNN);
    feed(5, 2);
    var before = test.values(List.of(loop, oneDnn));
    assertArrayEquals(before.get(0), before.get(1), 1e-5);
    for (int variable = 0; variable < test.scope().variables().size(); variable++) {
      test.value(oneDnn); // the weights are kept by now
      changeLast(variable);
      var after = test.values(List.of(loop, oneDnn));
      int last = after.get(0).length - 1;
      assertNotEquals(before.get(0)[last], after.get(0)[last], 1e-6, "the change matters");
      assertArrayEquals(after.get(0), after.get(1), 1e-5, "variable " + variable);
      before = after;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LSTM", "GRU", "RNN"})
  void otherSizesInBetweenDoNotMatter(Layers layer) {
    var loop = outputs(layer.cell(), Engine.LOOP);
    var oneDnn = outputs(layer.cell(), Engine.ONEDNN);
    for (int[] size : new int[][] {{5, 2}, {3, 40}, {5, 2}, {1, 1}, {3, 40}}) {
      feed(size[0], size[1]);
      var values = test.values(List.of(loop, oneDnn));
      assertArrayEquals(values.get(0), values.get(1), 1e-5);
    }
  }
}

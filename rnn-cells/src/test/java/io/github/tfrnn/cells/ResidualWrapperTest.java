package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class ResidualWrapperTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return ResidualWrapper.of(GruCell.builder(type, 3).build());
  }

  @Override
  public List<String> variableNames() {
    return List.of(
        "root/gru_cell/gates/kernel",
        "root/gru_cell/gates/bias",
        "root/gru_cell/candidate/kernel",
        "root/gru_cell/candidate/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/residual_wrapper";
  }

  @Override
  public String stateRefuser() {
    return "root/gru_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var gru = PlainGru.step(weights, x, state.get(0));
    return List.of(gru.get(0).plus(x), gru.get(1));
  }

  private static GruCell<TFloat32> halfGru() {
    var half = Initializers.constant(0.5);
    return GruCell.builder(TFloat32.class, 3).kernelInitializer(half).biasInitializer(half).build();
  }

  private static Operand<TFloat32> tenths(TestGraph test) {
    return test.feed32(Shape.of(1, 3), Shape.of(1, 3), 0.1f, 0.1f, 0.1f);
  }

  /** testResidualWrapper of TensorFlow 1.15. */
  @Test
  void addsTheInput() {
    try (var test = new TestGraph()) {
      var x = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 1, 1, 1);
      var step = ResidualWrapper.of(halfGru()).step(test.scope(), x, tenths(test));
      double g = 0.19101717;
      assertArrayEquals(new double[] {g + 1, g + 1, g + 1}, test.value(step.output()), 1e-6);
      assertArrayEquals(new double[] {g, g, g}, test.value(step.state()), 1e-6);
    }
  }

  private static Operand<TFloat32> threeColumnsAndOutputs(
      Ops tf, Operand<TFloat32> inputs, Operand<TFloat32> outputs) {
    var columns = tf.slice(inputs, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, 3}));
    return tf.math.add(columns, outputs);
  }

  /** testResidualWrapperWithSlice of TensorFlow 1.15. */
  @Test
  void joinsInputAndOutputAsTheFunctionSays() {
    try (var test = new TestGraph()) {
      var x = test.feed32(Shape.of(1, 5), Shape.of(1, 5), 1, 1, 1, 1, 1);
      var wrapper = ResidualWrapper.of(halfGru(), ResidualWrapperTest::threeColumnsAndOutputs);
      var step = wrapper.step(test.scope(), x, tenths(test));
      double g = 0.13682965;
      assertArrayEquals(new double[] {g + 1, g + 1, g + 1}, test.value(step.output()), 1e-6);
      assertArrayEquals(new double[] {g, g, g}, test.value(step.state()), 1e-6);
    }
  }

  @Test
  void refusesAnInputOfAnotherWidth() {
    try (var test = new TestGraph()) {
      var x = test.feed32(Shape.of(-1, 5), Shape.of(1, 5), 1, 1, 1, 1, 1);
      var wrapper = ResidualWrapper.of(halfGru());
      assertEquals(
          "rnn/residual_wrapper: x must have the shape of the output, [?, 3], got [?, 5]: the shapes"
              + " are incompatible. Give the wrapper a function that joins the two.",
          Refusals.argument(() -> wrapper.step(test.scope().scope("rnn"), x, tenths(test))));
      assertEquals(List.of(), test.scope().variables());
    }
  }

  @Test
  void refusesAFunctionThatChangesTheShapeOfTheOutput() {
    try (var test = new TestGraph()) {
      var x = test.feed32(Shape.of(1, 5), Shape.of(1, 5), 1, 1, 1, 1, 1);
      var wrapper = ResidualWrapper.of(halfGru(), (tf, inputs, outputs) -> inputs);
      assertEquals(
          "residual_wrapper: the residual function must return the shape of the output, [?, 3], got"
              + " [1, 5]",
          Refusals.argument(() -> wrapper.step(test.scope(), x, tenths(test))));
    }
  }

  /** The input goes through the loop beside the products, or alone if there is none. */
  @Test
  void keepsTheProductsOfTheCellOutsideOfTheLoop() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(4, 3), Shape.of(4, 3));
      var projecting = ResidualWrapper.of(GruCell.builder(TFloat64.class, 3).build());
      assertEquals(
          List.of(Shape.of(4, 6), Shape.of(4, 3), Shape.of(4, 3)),
          projecting.project(test.scope(), x).inputs().stream().map(Operand::shape).toList());
      var plain = ResidualWrapper.of(new DecayCell(3));
      assertEquals(List.of(x), plain.project(test.scope(), x).inputs());
    }
  }

  @Test
  void rowsOfMoreDimensionsGoThroughTheLoopAsWell() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(4, 5, 2, 3), Shape.of(4, 5, 2, 3));
      var sums = Rnn.dynamicRnn(test.scope(), ResidualWrapper.of(new DoublingCell()), x).outputs();
      var tripled = test.tf().math.mul(x, test.tf().constant(3.0));
      var values = test.values(List.of(sums, tripled));
      assertArrayEquals(values.get(1), values.get(0), 1e-12);
    }
  }

  @Test
  void handsOutTheCell() {
    var cell = halfGru();
    assertSame(cell, ResidualWrapper.of(cell).wrapped());
  }

  @Test
  void beginsWithTheStateOfTheCell() {
    try (var test = new TestGraph()) {
      var state = ResidualWrapper.of(new DecayCell(2)).zeroState(test.tf(), test.tf().constant(1));
      assertArrayEquals(new double[] {1, 1}, test.value(state));
    }
  }

  /** testWrapperCheckpointing of TensorFlow 1.15, with all wrappers around one cell. */
  @Test
  void theVariablesOfAWrappedCellAreSavedAndRestored(@TempDir Path folder) {
    try (var test = new TestGraph()) {
      var cell =
          MultiRnnCell.of(
              List.of(
                  ResidualWrapper.of(
                      DropoutWrapper.builder(BasicRnnCell.builder(TFloat64.class, 1).build())
                          .outputKeepProb(0.5)
                          .build())));
      var x = test.random64(Shape.of(1, 1), Shape.of(1, 1));
      cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(1)));
      var names = new ArrayList<String>();
      test.scope().variables().forEach(v -> names.add(v.name()));
      String bias = "multi_rnn_cell/cell_0/basic_rnn_cell/bias";
      assertEquals(List.of("multi_rnn_cell/cell_0/basic_rnn_cell/kernel", bias), names);

      var tf = test.tf();
      Operand<TFloat64> reference = test.graph().operation(bias).output(0);
      var forty = tf.assign(reference, tf.constant(new double[] {40}));
      var zero = tf.assign(reference, tf.constant(new double[] {0}));
      var value = tf.identity(reference);
      test.run(forty);
      test.session().save(folder.resolve("checkpoint").toString());
      test.run(zero);
      assertArrayEquals(new double[] {0}, test.value(value));
      test.session().restore(folder.resolve("checkpoint").toString());
      assertArrayEquals(new double[] {40}, test.value(value));
    }
  }
}

package io.github.tfrnn.rnn;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class StaticRnnTest {

  private static Operand<TFloat32> x(TestGraph test) {
    return test.random32(Shape.of(2, 3), Shape.of(2, 3));
  }

  @Test
  void variablesHaveTheNamesOfTensorFlow() {
    try (var test = new TestGraph()) {
      var cell = LstmCell.builder(TFloat32.class, 2).peepholes().projection(1).build();
      Rnn.staticRnn(test.scope(), cell, List.of(x(test), x(test)));
      String scope = "rnn/lstm_cell/";
      assertEquals(
          List.of(
              scope + "kernel",
              scope + "bias",
              scope + "w_f_diag",
              scope + "w_i_diag",
              scope + "w_o_diag",
              scope + "projection/kernel"),
          test.scope().variables().stream().map(Variable::name).toList());
    }
  }

  /** testBatchSizeFromInput of TensorFlow 1.15. */
  @Test
  void anUnknownBatchStaysUnknown() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 5).build();
      var known = Rnn.staticRnn(test.scope(), cell, List.of(x(test)));
      assertEquals(Shape.of(2, 5), known.outputs().get(0).shape());
      var x = test.random32(Shape.of(-1, 3), Shape.of(4, 3));
      var unknown = Rnn.staticRnn(test.scope(), cell, List.of(x));
      assertEquals("[?, 5]", Shapes.text(unknown.outputs().get(0).shape()));
      assertEquals(Shape.of(4, 5), test.shapeOf(unknown.state()));
    }
  }

  /** The loop that scripts of TensorFlow 1.x write themselves, with a scope that is reused. */
  @Test
  void anUnrollByHandWithReuseGivesTheSame() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var stack = MultiRnnCell.of(3, layer -> BasicLstmCell.builder(TFloat32.class, 2).build());
      var inputs = List.of(x(test), x(test), x(test));
      var state = stack.zeroState(tf, tf.constant(2));
      Operand<TFloat32> output = inputs.get(0);
      var scope = test.scope().scope("RNN");
      for (int t = 0; t < inputs.size(); t++) {
        if (t > 0) {
          scope = scope.withReuse(Reuse.ALWAYS);
        }
        var step = stack.step(scope, inputs.get(t), state);
        output = step.output();
        state = step.state();
      }
      assertEquals(
          Stream.of("0", "1", "2")
              .flatMap(
                  layer ->
                      Stream.of("kernel", "bias")
                          .map(
                              name ->
                                  "RNN/multi_rnn_cell/cell_" + layer + "/basic_lstm_cell/" + name))
              .toList(),
          test.scope().variables().stream().map(Variable::name).toList());
      var unrolled = Rnn.staticRnn(test.scope(), stack, inputs);
      assertArrayEquals(test.value(unrolled.outputs().get(2)), test.value(output), 0);
    }
  }

  /** A cell without a scope of its own, as cells of early TensorFlow 1.x are. */
  private record BareCell() implements TensorCell<TFloat32, Operand<TFloat32>> {
    @Override
    public Class<TFloat32> type() {
      return TFloat32.class;
    }

    @Override
    public Structure<Operand<TFloat32>> outputSize() {
      return stateSize();
    }

    @Override
    public Structure<Operand<TFloat32>> stateSize() {
      return Structure.tensor(Leaf.of("h", TFloat32.class, Shape.of(3)));
    }

    @Override
    public Step<Operand<TFloat32>, Operand<TFloat32>> step(
        VariableScope scope, Operand<TFloat32> x, Operand<TFloat32> h) {
      var scale = scope.variable("scale", Shape.of(3), TFloat32.class);
      var next = scope.tf().math.add(scope.tf().math.mul(x, scale), h);
      return new Step<>(next, next);
    }
  }

  @Test
  void stepsAfterTheFirstReuseWhatACellMakesInTheScope() {
    try (var test = new TestGraph()) {
      Rnn.staticRnn(test.scope(), new BareCell(), List.of(x(test), x(test), x(test)));
      assertEquals(
          List.of("rnn/scale"), test.scope().variables().stream().map(Variable::name).toList());
    }
  }

  @Test
  void noInputIsRefused() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 5).build();
      assertEquals(
          "rnn: inputs must not be empty, got no step",
          argument(() -> Rnn.staticRnn(test.scope(), cell, List.of())));
    }
  }

  @Test
  void anInputOfUnknownDepthIsRefusedWithItsStep() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 5).build();
      var deep = test.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, -1)));
      var x = x(test);
      assertEquals(
          "rnn: inputs[1] must have shape [batch, depth...] with a known depth, got [2, ?]",
          argument(() -> Rnn.staticRnn(test.scope(), cell, List.of(x, deep))));
    }
  }

  @Test
  void anInputOfAnotherBatchIsRefusedWithItsStep() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 5).build();
      var four = test.random32(Shape.of(4, 3), Shape.of(4, 3));
      var x = x(test);
      assertEquals(
          "rnn: inputs[2] must have the batch of the others, 2, got [4, 3]",
          argument(() -> Rnn.staticRnn(test.scope(), cell, List.of(x, x, four))));
    }
  }

  /** testInvalidSequenceLengthShape of TensorFlow 1.15. */
  @Test
  void aScalarLengthIsRefused() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 5).build();
      var x = x(test);
      var four = test.tf().constant(4);
      assertEquals(
          "rnn: sequenceLength must be a vector with one length for each row, [2], got shape []",
          argument(
              () ->
                  Rnn.staticRnn(
                      test.scope(), cell, List.of(x), options -> options.sequenceLength(four))));
    }
  }

  static Stream<UnaryOperator<RnnOptions<Operand<TFloat32>>>> optionsOfTheLoop() {
    return Stream.of(
        RnnOptions::timeMajor,
        RnnOptions::recompute,
        RnnOptions::secondOrder,
        options -> options.parallelIterations(4));
  }

  @ParameterizedTest
  @MethodSource("optionsOfTheLoop")
  void anOptionOfTheLoopIsRefused(UnaryOperator<RnnOptions<Operand<TFloat32>>> option) {
    try (var test = new TestGraph()) {
      var cell = BasicRnnCell.builder(TFloat32.class, 5).build();
      var x = x(test);
      assertEquals(
          "rnn: options must be those of an unrolled cell, got timeMajor, an engine or a setting of the"
              + " loop,"
              + " which dynamicRnn has",
          argument(() -> Rnn.staticRnn(test.scope(), cell, List.of(x), option)));
    }
  }
}

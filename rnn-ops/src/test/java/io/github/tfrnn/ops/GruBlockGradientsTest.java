package io.github.tfrnn.ops;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** The GRU in one op has the gradient of its formula. */
class GruBlockGradientsTest {
  private static final int B = BlockGruFormula.B;
  private static final int D = BlockGruFormula.D;
  private static final int TIME = 4;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  /** Which of r, u, c, h the loss reads. */
  enum Used {
    H(3),
    GATES(0, 1, 2),
    ALL(0, 1, 2, 3);

    private final int[] outputs;

    Used(int... outputs) {
      this.outputs = outputs;
    }
  }

  @AfterEach
  void close() {
    test.close();
  }

  private static List<Operand<TFloat64>> op(Ops tf, List<Operand<TFloat64>> inputs) {
    var builder = tf.scope().opBuilder("GRUBlockCell", "GRUBlockCell");
    inputs.forEach(input -> builder.addInput(tf.dtypes.cast(input, TFloat32.class).asOutput()));
    var op = builder.build();
    var outputs = new ArrayList<Operand<TFloat64>>();
    for (int i = 0; i < 4; i++) {
      outputs.add(tf.dtypes.cast(op.output(i), TFloat64.class));
    }
    return outputs;
  }

  @ParameterizedTest
  @EnumSource
  void aStepHasTheGradientOfItsFormula(Used used) {
    var inputs = BlockGruFormula.inputs(test, Shape.of(-1, D), Shape.of(B, D));
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, BlockGruFormula.step(tf, inputs), used.outputs),
        BlockAgreement.loss(test, op(tf, inputs), used.outputs),
        inputs);
  }

  @Test
  void gradientOfAStepMatchesFiniteDifferences() {
    var inputs = BlockGruFormula.inputs(test, Shape.of(-1, D), Shape.of(B, D));
    BlockAgreement.assertSlopes(test, BlockAgreement.loss(test, op(tf, inputs), 3), inputs);
  }

  @ParameterizedTest(name = "recompute {0}")
  @ValueSource(booleans = {false, true})
  void theStepHasItsGradientInALoop(boolean recompute) {
    var inputs = BlockGruFormula.inputs(test, Shape.of(-1, -1, D), Shape.of(TIME, B, D));
    var looped =
        Scan.carrying(tf, Structure.<TFloat64>tensor(), inputs.get(1))
            .over(Structure.<TFloat64>tensor(), inputs.get(0))
            .options(options -> recompute ? options.recomputing() : options)
            .run(
                Structure.<TFloat64>tensor(),
                (body, h, x) -> {
                  var next = op(body.tf(), BlockGruFormula.with(inputs, x, h)).get(3);
                  return new Scan.Next<>(next, next);
                });
    var unrolled = BlockGruFormula.unrolled(tf, TIME, TIME, inputs);
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, unrolled, 0, 1),
        BlockAgreement.loss(test, List.of(looped.outputs(), looped.carry()), 0, 1),
        inputs);
  }
}

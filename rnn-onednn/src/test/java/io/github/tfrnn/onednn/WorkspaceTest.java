package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** What a forward pass keeps for the gradient, and when. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class WorkspaceTest {
  private final TestGraph test = new TestGraph();
  private final Operand<TFloat32> x = test.random32(Shape.of(-1, -1, 4), Shape.of(5, 3, 4));

  @AfterEach
  void close() {
    test.close();
  }

  /** The output of the op that holds it. */
  private Output<?> workspace() {
    return test.graph().operation("rnn/" + Formula.LSTM.op()).output(3);
  }

  private List<Operand<?>> gradients(UnaryOperator<RnnOptions<LstmState<TFloat32>>> options) {
    var cell = BasicLstmCell.builder(TFloat32.class, 3).build();
    var y = Rnn.dynamicRnn(test.scope(), cell, x, o -> options.apply(o.timeMajor())).outputs();
    var sources = new ArrayList<Operand<?>>(List.of(x));
    test.scope().variables().forEach(variable -> sources.add(variable.value()));
    return Gradients.of(test.weigh(y, 0), sources);
  }

  private long kept(List<Operand<?>> fetched) {
    var runner = test.session().runner().feed(x, test.fed(x)).fetch(workspace());
    fetched.forEach(runner::fetch);
    try (var result = runner.run()) {
      return result.get(0).shape().size();
    }
  }

  @Test
  void onlyRunsThatTrainKeepItFromTheirSecondTimeOn() {
    var gradients = gradients(o -> o);
    assertEquals(0, kept(List.of()), "inference");
    assertEquals(0, kept(gradients), "first training run");
    assertTrue(kept(gradients) > 0, "second training run");
    assertEquals(0, kept(List.of()), "inference after training");
  }

  /** Fresh memory would cost as much as the pass. */
  @Test
  void trainingUsesItsMemoryAgain() {
    var gradients = gradients(o -> o);
    kept(gradients);
    kept(gradients);
    long made = KernelCall.KEPT.made();
    for (int i = 0; i < 10; i++) {
      assertTrue(kept(gradients) > 0);
    }
    assertEquals(made, KernelCall.KEPT.made());
  }

  @Test
  void withRecomputeNoRunKeepsIt() {
    var gradients = gradients(RnnOptions::recompute);
    kept(gradients);
    assertEquals(0, kept(gradients));
  }

  @Test
  void theGradientIsTheSameWithAndWithoutIt() {
    var gradients = gradients(o -> o);
    var recomputed = test.values(gradients);
    var kept = test.values(gradients);
    for (int i = 0; i < gradients.size(); i++) {
      assertArrayEquals(recomputed.get(i), kept.get(i), 1e-6);
    }
  }
}

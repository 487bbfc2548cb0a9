package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What kills the process when native code differentiates it is refused by {@link Gradients} with a
 * message. Each case runs in a process of its own.
 */
class DangerousLossTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          REFERENCE | read variables through an identity, got Square 'penalty'. It reads the reference w. Use VariableScope.variable, Variable.value or tf.identity.
          REFERENCE_BESIDE_VALUE | read variables through an identity, got Square 'penalty'. It reads the reference w. Use VariableScope.variable, Variable.value or tf.identity.
          FRAMES | not depend on xs through a loop of Graph.whileLoop, got Exit 'loop/Exit_1'. TensorFlow cannot differentiate it. Build the loop with Scan or Rnn.dynamicRnn.
          WHILE | depend on xs only through loops of this library, got StatelessWhile 'loop'. Build the loop with Scan or Rnn.dynamicRnn; one that was exported for inference has left its gradient behind.
          """)
  void theLibraryRefusesIt(DangerousLoss loss, String message) {
    var child = ChildJvm.run(DangerousLoss.class, loss.name(), "library");
    assertEquals("gradients: loss must " + message, child.output().strip());
    assertEquals(0, child.exit());
  }

  /** The reason for the refusals; when TensorFlow gets better here, this test says so. */
  @ParameterizedTest
  @CsvSource({"REFERENCE, SIGSEGV", "FRAMES, Check failed: num_requested_inputs"})
  void nativeCodeKillsTheProcess(DangerousLoss loss, String lastWords) {
    var child = ChildJvm.run(DangerousLoss.class, loss.name(), "native");
    assertNotEquals(0, child.exit());
    assertTrue(child.output().contains(lastWords), child.output());
  }

  @Test
  void aChildThatDoesNothingWrongEndsWell() {
    assertEquals(0, ChildJvm.run(DangerousLoss.class, "WHILE", "native").exit());
  }
}

package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process holds ten gradients from Java; all of this library's count as one. */
class ManyAdaptersTest {

  @ParameterizedTest(name = "{0} of the program''s own, then one of {1}")
  @CsvSource({"10, native", "9, library"})
  void tenFit(String count, String whose) {
    var child = ChildJvm.run(ManyAdapters.class, count, whose);
    assertEquals("differentiated", child.output().strip());
    assertEquals(0, child.exit());
  }

  /** The reason for the one adapter; when TensorFlow-Java gets better here, this test says so. */
  @Test
  void theEleventhIsAcceptedAndCrashes() {
    var child = ChildJvm.run(ManyAdapters.class, "11", "native");
    assertNotEquals(0, child.exit());
    assertTrue(child.output().contains("SIGSEGV"), child.output());
  }
}

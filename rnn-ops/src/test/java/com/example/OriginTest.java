package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.Refusals;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** What a program outside this library reads when it makes a variable twice. */
class OriginTest {

  @Test
  void theMessageNamesTheLineOfTheProgramThatMadeTheVariable() {
    try (var graph = new Graph()) {
      var scope = VariableScope.of(graph).scope("rnn");
      int line = make(scope);
      assertEquals(
          "Variable rnn/w already exists, disallowed. Did you mean Reuse.ALWAYS or Reuse.AUTO, a"
              + " scope of another name, or the same cell object? Originally defined at:"
              + " com.example.OriginTest.make(OriginTest.java:"
              + line
              + ")",
          Refusals.state(() -> make(scope)));
    }
  }

  /** Makes a variable and returns the line that did. */
  private static int make(VariableScope scope) {
    scope.variable("w", Shape.of(2), TFloat32.class);
    return new Throwable().getStackTrace()[0].getLineNumber() - 1;
  }
}

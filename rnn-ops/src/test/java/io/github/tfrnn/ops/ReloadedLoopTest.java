package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;

/** The plan of a loop's gradient travels with its graph. */
class ReloadedLoopTest {
  @TempDir private Path folder;

  @Test
  void anotherProcessDifferentiatesTheLoopOfAFile() throws IOException {
    var file = folder.resolve("graph.pb");
    try (var graph = new Graph()) {
      ReloadedLoop.build(graph);
      Files.write(file, graph.toGraphDef().toByteArray());
      var child = ChildJvm.run(ReloadedLoop.class, file.toString());
      // The last line; the runtime may have had something to say before.
      var printed = child.output().strip();
      assertEquals(ReloadedLoop.gradients(graph), printed.substring(printed.lastIndexOf('\n') + 1));
    }
  }

  @Test
  void theLoopIsLoweredToFrames() {
    try (var graph = new Graph()) {
      ReloadedLoop.build(graph);
      var loop =
          graph.toGraphDef().getNodeList().stream()
              .filter(node -> node.getOp().equals("StatelessWhile"))
              .findFirst()
              .orElseThrow();
      assertEquals(true, loop.getAttrOrThrow("_lower_using_switch_merge").getB());
    }
  }
}

package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.spi.LayerEngines;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJavaTest {

  /** Prints which engines there are, and its arguments. */
  static final class Engines {
    /** Prints one line. */
    public static void main(String[] arguments) {
      var names = LayerEngines.all().stream().map(engine -> engine.name()).toList();
      System.out.println(names + " " + String.join(" ", arguments));
    }
  }

  private static String firstLine(List<String> command) throws Exception {
    var child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      return output.readLine();
    }
  }

  @Test
  void aChildHasTheClassPathOfItsParent() throws Exception {
    assertEquals("[ONEDNN] a b", firstLine(ChildJava.command(Engines.class, "a", "b")));
  }

  @Test
  void onlyTheModuleIsLeftOut() throws Exception {
    assertEquals("[] a", firstLine(ChildJava.withoutOneDnn(Engines.class, "a")));
  }
}

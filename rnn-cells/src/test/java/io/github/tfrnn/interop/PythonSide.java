package io.github.tfrnn.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Runs a script of {@code src/test/python} with the interpreter that the Maven profile {@code
 * interop} made. Without one the tests are skipped, or fail where {@code TFRNN_INTEROP=required}.
 */
final class PythonSide {
  private static final int MINUTES = 10;

  private PythonSide() {}

  /** Runs a command of a script; what it prints is in the error if it fails. */
  static void run(String script, String... arguments) {
    var command = new ArrayList<String>();
    command.add(interpreter());
    command.add(script(script).toString());
    command.addAll(List.of(arguments));
    try {
      var printed = Files.createTempFile("python", ".txt");
      try {
        var process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
          process.destroyForcibly().waitFor();
        }
        assertTrue(ended, () -> command + " must end in " + MINUTES + " minutes: " + read(printed));
        assertEquals(0, process.exitValue(), () -> command + ": " + read(printed));
      } finally {
        Files.delete(printed);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Where a script is. */
  static Path script(String name) {
    return Path.of("src/test/python", name);
  }

  /** The interpreter; without one the test ends here. */
  static String interpreter() {
    var given = System.getenv("TFRNN_PYTHON");
    var python = given != null ? given : System.getProperty("tfrnn.python", "");
    if (!python.isEmpty() && Files.isExecutable(Path.of(python))) {
      return python;
    }
    var reason = "no Python with TensorFlow: the environment variable TFRNN_INTEROP makes one";
    if (Objects.equals(System.getenv("TFRNN_INTEROP"), "required")) {
      return fail(reason + ", and says it is required, but " + python + " is none");
    }
    System.out.println("Skipped: " + reason); // the report of a skipped class has no reason
    return abort(reason);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}

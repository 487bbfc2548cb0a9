package io.github.tfrnn.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** What Python wrote of all networks: once for all tests of this process, under {@code target}. */
final class PythonNetworks {
  private static Path written;

  private PythonNetworks() {}

  /** The folder with one folder for each network. */
  static synchronized Path written() {
    if (written == null) {
      // Tests run in two processes at once.
      var name = "interop-" + ProcessHandle.current().pid();
      var folder = Path.of("target", name).toAbsolutePath();
      delete(folder);
      PythonSide.run("interop.py", "write", folder.toString());
      written = folder;
    }
    return written;
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

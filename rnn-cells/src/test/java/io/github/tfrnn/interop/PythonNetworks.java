package io.github.tfrnn.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What Python wrote of all networks, under {@code target}: once for all processes of tests, as long
 * as neither the scripts nor the interpreter change.
 */
final class PythonNetworks {
  private static Path written;

  private PythonNetworks() {}

  /** The folder with one folder for each network. */
  static synchronized Path written() {
    if (written == null) {
      try {
        written = write();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return written;
  }

  private static Path write() throws IOException {
    var target = Path.of("target").toAbsolutePath();
    var folder = target.resolve("interop-" + Integer.toHexString(source().hashCode()));
    var complete = folder.resolve("complete");
    // Tests run in two processes at once: the second waits for the first.
    try (var channel =
        FileChannel.open(
            target.resolve("interop.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // until it is closed
      if (!Files.exists(complete)) {
        delete(folder);
        PythonSide.run("interop.py", "write", folder.toString());
        Files.createFile(complete);
      }
    }
    return folder;
  }

  /** What the folder's content follows from. */
  private static List<Integer> source() throws IOException {
    return List.of(
        Arrays.hashCode(Files.readAllBytes(PythonSide.script("interop.py"))),
        Arrays.hashCode(Files.readAllBytes(PythonSide.script("environment.sh"))),
        PythonSide.interpreter().hashCode());
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

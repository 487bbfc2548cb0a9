package io.github.tfrnn.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds native libraries that the process has loaded, wherever they were unpacked to. */
final class LoadedLibrary {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private LoadedLibrary() {}

  /**
   * Returns the path of a library.
   *
   * @param name what its file name begins with; its version may follow
   * @throws IllegalStateException if it is not loaded
   */
  static String path(String name) {
    try (var lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.contains("/" + name))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(name + " must be loaded, and is not"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + MAPS, e);
    }
  }
}

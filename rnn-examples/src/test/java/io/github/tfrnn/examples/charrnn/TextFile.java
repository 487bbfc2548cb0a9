package io.github.tfrnn.examples.charrnn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text that a small model learns in a few steps. */
final class TextFile {
  private TextFile() {}

  /** Writes {@code lines} lines of {@code a=1; b=22; c=333;}, 20 characters each. */
  static Path write(Path folder, int lines) throws IOException {
    return Files.writeString(folder.resolve("text.txt"), "a=1; b=22; c=333; \n\n".repeat(lines));
  }
}

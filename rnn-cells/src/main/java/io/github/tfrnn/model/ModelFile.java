package io.github.tfrnn.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is read, as the errors about it name it. */
record ModelFile(Path path) {
  /** What a protocol buffer can be: its sizes are 32-bit numbers. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 64L;

  /** The error that something in the file breaks a rule. */
  IllegalArgumentException refuse(String what, String rule, Object got) {
    return new IllegalArgumentException(path + ": " + what + " must " + rule + ", got " + got);
  }

  /** As the other one, with the error that told of it. */
  IllegalArgumentException refuse(String what, String rule, Exception got) {
    var refused = refuse(what, rule, firstLine(got));
    refused.initCause(got);
    return refused;
  }

  // Native messages list the nodes they passed, a line each.
  private static String firstLine(Exception e) {
    var message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("no message");
  }

  /**
   * Reads the whole file.
   *
   * @throws IllegalArgumentException if it is missing, no plain file or too long for a protocol
   *     buffer
   * @throws UncheckedIOException if it cannot be read
   */
  byte[] read(String hint) {
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          path + ": file must exist, got " + (Files.exists(path) ? "no file" : "none") + hint);
    }
    try {
      long size = Files.size(path);
      if (size > MAX_BYTES) {
        throw refuse("size", "be at most " + MAX_BYTES + " bytes", size);
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be read", e);
    }
  }
}

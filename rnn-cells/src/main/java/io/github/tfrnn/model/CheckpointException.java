package io.github.tfrnn.model;

import java.io.Serial;

/**
 * Says that a checkpoint cannot be read, or does not fit the graph: a file that is missing, cut
 * off, damaged or of another kind, or variables of other names, types or shapes. The message names
 * the file and the variables.
 */
public final class CheckpointException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  CheckpointException(String message) {
    super(message);
  }

  CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}

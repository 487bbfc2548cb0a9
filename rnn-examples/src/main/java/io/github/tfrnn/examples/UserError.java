package io.github.tfrnn.examples;

/**
 * Something that the user gave is wrong: a file, an option, a folder. The launcher prints the
 * message as one line and ends with exit code 2.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes an error.
   *
   * @param message one line: what must be, what was got, how to fix it
   */
  public UserError(String message) {
    super(message);
  }

  /** Makes an error that came of another one. */
  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}

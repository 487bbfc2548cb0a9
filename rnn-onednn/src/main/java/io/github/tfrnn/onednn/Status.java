package io.github.tfrnn.onednn;

import static io.github.tfrnn.onednn.KernelApi.INTERNAL;
import static io.github.tfrnn.onednn.KernelApi.INVALID_ARGUMENT;
import static io.github.tfrnn.onednn.KernelApi.RESOURCE_EXHAUSTED;
import static io.github.tfrnn.onednn.KernelApi.TF_DeleteStatus;
import static io.github.tfrnn.onednn.KernelApi.TF_GetCode;
import static io.github.tfrnn.onednn.KernelApi.TF_Message;
import static io.github.tfrnn.onednn.KernelApi.TF_NewStatus;
import static io.github.tfrnn.onednn.KernelApi.TF_SetStatus;

/**
 * What became of native calls.
 *
 * @param address of the native object
 */
record Status(long address) implements AutoCloseable {

  /** A new one, without an error. */
  Status() {
    this(TF_NewStatus());
  }

  /**
   * Throws what a native call reported.
   *
   * @throws IllegalStateException if there is an error
   */
  void check() {
    int code = TF_GetCode(address);
    if (code != 0) {
      throw new IllegalStateException("TensorFlow error " + code + ": " + TF_Message(address));
    }
  }

  /** Turns what a callback threw into an error of TensorFlow. */
  static void set(long status, String op, Throwable thrown) {
    int code =
        thrown instanceof IllegalArgumentException
            ? INVALID_ARGUMENT
            : thrown instanceof OutOfMemoryError ? RESOURCE_EXHAUSTED : INTERNAL;
    String text = thrown.getMessage();
    TF_SetStatus(status, code, op + ": " + (code == INVALID_ARGUMENT ? text : thrown.toString()));
  }

  @Override
  public void close() {
    TF_DeleteStatus(address);
  }
}

package io.github.tfrnn.model;

/** The elements of a tensor, or of a slice of one, as a file holds them. */
interface StoredValues {

  /**
   * Reads numbers, as the bytes that they have in memory.
   *
   * @throws CheckpointException if they are not whole; bytes may have gone to the sink before
   */
  void numbers(StoredFile.Sink sink);

  /**
   * Reads texts.
   *
   * @throws CheckpointException if they are not whole
   */
  byte[][] texts();
}

package io.github.tfrnn.model;

import java.util.Collection;
import java.util.Optional;

/** A checkpoint of one of TensorFlow's formats, opened. */
interface CheckpointFile {

  /** Its variables, in the order of their names. */
  Collection<SavedVariable> variables();

  /**
   * The tensor of a variable, if there is one.
   *
   * @throws CheckpointException if the file tells no way to read it
   */
  Optional<StoredTensor> find(String name);
}

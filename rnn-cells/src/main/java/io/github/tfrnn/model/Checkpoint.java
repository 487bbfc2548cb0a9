package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.types.family.TType;

/**
 * A checkpoint: the values of variables by their names, written by this library, by TensorFlow-Java
 * or by Python.
 *
 * <pre>{@code
 * var checkpoint = Checkpoint.open(Path.of("run/model.ckpt-2000"));
 * checkpoint.variables().forEach(System.out::println);
 * checkpoint.restore(session);
 * }</pre>
 *
 * <p>It is read without native code: offsets, sizes and shapes are checked against the files before
 * anything is allocated, and every block and tensor against its checksum. Both formats of
 * TensorFlow 1 are read, V2 ({@code prefix.index} and {@code prefix.data-00000-of-00001}) and V1
 * (one file, or {@code name-00000-of-00002} and so on). A partitioned variable, which is saved in
 * slices, is read as the whole.
 *
 * <p>Nothing is kept open, and one object is for any number of threads.
 */
public final class Checkpoint {
  private final Path path;
  private final CheckpointFile file;

  private Checkpoint(Path path, CheckpointFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens a checkpoint and reads its list of variables.
   *
   * @param path the prefix that the files of format V2 share, or a file of format V1
   * @throws CheckpointException if there is none, or it is cut off or damaged
   */
  public static Checkpoint open(Path path) {
    return new Checkpoint(path, CheckpointPaths.open(path));
  }

  /**
   * Writes the variables of a session that {@link io.github.tfrnn.ops.VariableScope#variables()}
   * lists, in format V2 and under their full names, which Python's readers and {@code
   * Session.restore} take too. Optimizer slots and the global step are among them. A partitioned
   * variable is written as the slices of one variable, as Python does.
   *
   * <p>The files appear under their names when they are whole, first the data and then the index.
   * To write over a checkpoint that must not be lost, use {@link Checkpoints}.
   *
   * @param session whose variables no other run changes meanwhile
   * @param prefix of the files; its folder is made if need be
   * @throws IllegalArgumentException if the graph has no variable
   * @throws UncheckedIOException if the files cannot be written
   */
  public static Checkpoint save(Session session, Path prefix) {
    try {
      try (var files = NewCheckpoint.write(session, prefix)) {
        files.publish();
      }
      return open(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(prefix + ": cannot be written", e);
    }
  }

  /** What {@link #open} was given. */
  public Path path() {
    return path;
  }

  /** The variables, in the order of their names. */
  public List<SavedVariable> variables() {
    return List.copyOf(file.variables());
  }

  /** The variable of this name, if there is one. */
  public Optional<SavedVariable> variable(String name) {
    return variables().stream().filter(variable -> variable.name().equals(name)).findFirst();
  }

  /**
   * Reads the value of a variable.
   *
   * @return its value; the caller closes it
   * @throws CheckpointException if there is no such variable, or its bytes are damaged, or
   *     TensorFlow-Java has no tensors of its type
   */
  public Tensor read(String name) {
    return file.find(requireNonNull(name, "name")).orElseThrow(() -> missing(name)).read();
  }

  /**
   * Reads the value of a variable of a known type.
   *
   * @see #read(String)
   * @throws CheckpointException also if the variable has another type
   */
  public <T extends TType> T read(String name, Class<T> type) {
    var tensor = read(name);
    if (!type.isInstance(tensor)) {
      String got = ElementTypes.text(tensor.dataType());
      tensor.close();
      throw new CheckpointException(
          path + ": " + name + " must be " + type.getSimpleName() + ", got " + got);
    }
    return type.cast(tensor);
  }

  private CheckpointException missing(String name) {
    return new CheckpointException(
        path
            + ": must have a variable "
            + name
            + ", got only "
            + Messages.some(variables().stream().map(SavedVariable::name).toList(), ", "));
  }

  /**
   * Reads every value and compares its checksum.
   *
   * @throws CheckpointException if one is damaged
   */
  public void verify() {
    variables().forEach(it -> file.find(it.name()).orElseThrow().verify());
  }

  /**
   * Gives every variable of the graph of {@code session} the value saved under its name.
   *
   * @see #restore(Session, UnaryOperator)
   */
  public void restore(Session session) {
    restore(session, UnaryOperator.identity());
  }

  /**
   * Gives variables of the graph of {@code session} the values saved, all or none: they are read
   * and compared first, and one run assigns them.
   *
   * <p>The variables are those that {@link io.github.tfrnn.ops.VariableScope#variables()} lists.
   * Initializers that did not run yet run before, so a variable that is not restored has its first
   * value, and none overwrites a restored value later. A variable that one side keeps in parts and
   * the other whole, or in other parts, is joined and cut.
   *
   * @param options which variables and under which names, such as {@code options ->
   *     options.only(name -> name.startsWith("encoder/")).oldNames()}
   * @throws CheckpointException if variables are missing in the file, or have another type or
   *     shape, which the message lists, or are damaged; all variables keep their values
   * @throws IllegalArgumentException if the options leave no variable
   */
  public void restore(Session session, UnaryOperator<RestoreOptions> options) {
    Restore.run(path, file, session, options.apply(RestoreOptions.defaults()));
  }

  @Override
  public String toString() {
    return "Checkpoint[" + path + "]";
  }
}

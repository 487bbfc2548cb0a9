package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import io.github.tfrnn.model.CheckpointException;
import io.github.tfrnn.model.StateFeed;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * One checkpoint: a folder with all that is needed to sample from a model, to export it, or to go
 * on training as if nothing had happened.
 *
 * @param folder where the files are
 */
record Checkpoint(Path folder) {

  private Path file(String name) {
    return folder.resolve(name);
  }

  /** The prefix of the files of weights, and what the optimizer keeps. */
  private Path weights() {
    return file("weights");
  }

  /** Writes everything. */
  void write(Run run, Vocabulary vocabulary, Losses losses, Session session, StateFeed<?> carried)
      throws IOException {
    run.save(file("settings.txt"));
    vocabulary.save(file("vocabulary.txt"));
    losses.save(file("losses.csv"));
    writeState(carried);
    io.github.tfrnn.model.Checkpoint.save(session, weights());
  }

  /**
   * The settings of the run.
   *
   * @throws UserError if the file is not whole
   */
  Run run() {
    return read("settings.txt", Run::load);
  }

  /**
   * The characters that the model knows.
   *
   * @throws UserError if the file is not whole
   */
  Vocabulary vocabulary() {
    return read("vocabulary.txt", Vocabulary::load);
  }

  /**
   * How the loss fell so far.
   *
   * @throws UserError if the file is not whole
   */
  Losses losses() {
    return read("losses.csv", Losses::load);
  }

  /** After how many steps it was written. */
  long step() {
    return RunFolder.stepOf(folder);
  }

  /**
   * Gives the variables of a graph the values that were saved.
   *
   * @throws UserError if the files are not there or damaged, or hold variables of other shapes
   */
  void restoreWeights(Session session) {
    try {
      io.github.tfrnn.model.Checkpoint.open(weights()).restore(session);
    } catch (CheckpointException e) {
      throw new UserError(
          folder
              + ": weights must be whole and those of the model that settings.txt describes. Train"
              + " again into a new folder. "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Gives {@code carried} the state between two windows that was saved.
   *
   * @throws UserError if the file holds another number of values
   */
  void restoreState(StateFeed<?> carried) {
    read(
        "state.bin",
        file -> {
          readState(file, carried);
          return carried;
        });
  }

  private void writeState(StateFeed<?> carried) throws IOException {
    try (var out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file("state.bin"))))) {
      for (Tensor tensor : carried.tensors().values()) {
        for (var scalar : ((TFloat32) tensor).scalars()) {
          out.writeFloat(scalar.getFloat());
        }
      }
    }
  }

  /** Reads as many values as the state of zeros has that {@code carried} must hold. */
  private void readState(Path file, StateFeed<?> carried) throws IOException {
    var tensors = new ArrayList<Tensor>();
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (Tensor tensor : carried.tensors().values()) {
        tensors.add(readTensor(in, tensor.shape()));
      }
      if (in.read() >= 0) {
        throw new EOFException("too long");
      }
      carried.set(tensors);
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private static Tensor readTensor(DataInputStream in, Shape shape) throws IOException {
    var values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readFloat();
    }
    return TFloat32.tensorOf(shape, org.tensorflow.ndarray.buffer.DataBuffers.of(values));
  }

  @FunctionalInterface
  private interface Reader<V> {
    V read(Path file) throws IOException;
  }

  private <V> V read(String name, Reader<V> reader) {
    try {
      return reader.read(file(name));
    } catch (IOException e) {
      throw new UserError(
          folder + ": " + name + " must be a whole file of a checkpoint, got " + e, e);
    }
  }
}

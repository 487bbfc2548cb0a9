package io.github.tfrnn.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The weights in a file that Keras wrote, read without Python.
 *
 * <pre>{@code
 * var lstm = KerasWeights.open(Path.of("model.keras")).layer("lstm");
 * VariableAssignment.assign(session, lstm.variables("rnn/lstm_cell"));
 * }</pre>
 *
 * <p>Files are {@code .keras}, {@code .weights.h5} and {@code .h5}, of Keras 3 and of TensorFlow's
 * own Keras; the last is a whole model or what {@code save_weights} wrote. The whole file is read
 * into memory, and may have 2 GiB at most.
 *
 * <p>A file is data of somebody else: it is checked, nothing outside of it is read, and the work
 * that it can cause is bounded by its size. Sources: the format of HDF5, and {@code saving_lib} and
 * {@code legacy_h5_format} of Keras 3.
 */
public final class KerasWeights {
  private final Path file;
  private final List<KerasLayer> layers;

  private KerasWeights(Path file, List<KerasLayer> layers) {
    this.file = file;
    this.layers = layers;
  }

  /**
   * Reads a file; nothing stays open.
   *
   * @throws IllegalArgumentException if it is not a sound file of Keras
   * @throws UncheckedIOException if it cannot be read
   */
  public static KerasWeights open(Path file) {
    var source = KerasSource.read(file);
    var config = source.guarded("description of the model", () -> config(source));
    return new KerasWeights(file, KerasLayers.of(source, config));
  }

  private static Optional<KerasConfig> config(KerasSource source) {
    return source
        .config()
        .map(
            json -> {
              try {
                return KerasConfig.parse(json);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /**
   * The layers, in the order of the model if the file describes it or lists them; a file of weights
   * alone that is not a legacy one does neither, and its layers come by class and number: {@code
   * gru}, {@code lstm}, {@code lstm_1}.
   */
  public List<KerasLayer> layers() {
    return layers;
  }

  /**
   * The layer of a name. Files of weights alone that TensorFlow's own Keras wrote have no names of
   * layers: there it is class and number, such as {@code lstm_1}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public KerasLayer layer(String name) {
    return layers.stream()
        .filter(layer -> layer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    file
                        + ": layer must be one of "
                        + layers.stream().map(KerasLayer::name).toList()
                        + ", got "
                        + name));
  }
}

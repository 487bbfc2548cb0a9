package io.github.tfrnn.model;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files that Keras wrote, and what it computed with them; keras_files.py made both. */
final class KerasFiles {
  static final Path FOLDER = Path.of("src/test/resources/keras");

  private KerasFiles() {}

  /** The files of one model in all formats, of both writers. */
  static List<Path> of(String model) {
    return Stream.of("keras3", "tf_keras")
        .flatMap(
            writer ->
                Stream.of(".keras", ".weights.h5", ".h5", ".legacy.h5")
                    .map(suffix -> FOLDER.resolve(writer).resolve(model + suffix)))
        .filter(Files::exists)
        .toList();
  }

  /** The inputs of a model. */
  static float[] input(Path file) {
    return floats(described(file).get("input"));
  }

  /** An output of a model, by its name. */
  static double[] output(Path file, String name) {
    var output = (Map<?, ?>) ((Map<?, ?>) described(file).get("outputs")).get(name);
    float[] values = floats(output.get("values"));
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static Map<String, Object> described(Path file) {
    String model = file.getFileName().toString().replaceAll("\\..*", "");
    try {
      return JSON.std.mapFrom(Files.readString(file.resolveSibling(model + ".json")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static float[] floats(Object list) {
    var numbers = (List<?>) list;
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((Number) numbers.get(i)).floatValue();
    }
    return values;
  }

  /** The name that a layer has in a file: weights of TensorFlow's own Keras have only classes. */
  static String name(Path file, String layer, String group) {
    return file.endsWith(Path.of("tf_keras", file.getFileName().toString()))
            && file.toString().endsWith(".weights.h5")
        ? group
        : layer;
  }
}

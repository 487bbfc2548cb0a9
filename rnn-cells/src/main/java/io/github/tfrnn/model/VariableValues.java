package io.github.tfrnn.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Session;

/** Variables of a session, written as a checkpoint without adding an op to its graph. */
final class VariableValues {
  private VariableValues() {}

  /**
   * Writes variables in TensorFlow's V2 checkpoint format.
   *
   * @param names full names of variables that {@code session} holds
   * @param prefix of the files
   */
  static void write(Session session, List<String> names, Path prefix) throws IOException {
    var runner = session.runner();
    names.forEach(runner::fetch);
    try (var values = runner.run();
        var writer = new BundleWriter(BundleFile.data(prefix, 0, 1))) {
      for (int i = 0; i < names.size(); i++) {
        writer.add(names.get(i), values.get(i));
      }
      writer.finish(BundleFile.index(prefix));
    }
  }
}

package io.github.tfrnn.model;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TString;

/** Variables of a session, written as a checkpoint without adding an op to its graph. */
final class VariableValues {
  private VariableValues() {}

  /**
   * Writes variables in TensorFlow's V2 checkpoint format.
   *
   * @param names full names of variables that {@code session} holds
   * @param prefix of the files
   */
  static void write(Session session, List<String> names, Path prefix) {
    var runner = session.runner();
    names.forEach(runner::fetch);
    try (var values = runner.run();
        var graph = new Graph()) {
      var tf = Ops.create(graph);
      var placeholders = new ArrayList<Operand<?>>();
      for (int i = 0; i < names.size(); i++) {
        placeholders.add(tf.placeholder(Tensors.type(values.get(i))));
      }
      var slices = names.stream().map(name -> "").toList();
      var save =
          tf.train.save(
              tf.constant(prefix.toString()),
              strings(tf, names),
              strings(tf, slices),
              placeholders);
      try (var writer = new Session(graph)) {
        var write = writer.runner().addTarget(save);
        for (int i = 0; i < names.size(); i++) {
          write.feed(placeholders.get(i), values.get(i));
        }
        write.run().close();
      }
    }
  }

  private static Operand<TString> strings(Ops tf, List<String> values) {
    return tf.constant(StandardCharsets.UTF_8, values.toArray(new String[0]));
  }
}

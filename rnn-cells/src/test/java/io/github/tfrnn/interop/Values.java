package io.github.tfrnn.interop;

import io.github.tfrnn.model.Checkpoint;
import io.github.tfrnn.testing.TestGraph;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/** Named tensors, which go to Python and come back as a checkpoint. */
final class Values implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Reads what Python saved. */
  static Values read(Path prefix) {
    var values = new Values();
    var checkpoint = Checkpoint.open(prefix);
    checkpoint
        .variables()
        .forEach(saved -> values.tensors.put(saved.name(), checkpoint.read(saved.name())));
    return values;
  }

  /** The tensors; this object closes them. */
  Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Takes a tensor over. */
  void put(String name, Tensor tensor) {
    tensors.put(name, tensor);
  }

  /** What a tensor holds, row by row. */
  double[] numbers(String name) {
    return TestGraph.elements(tensors.get(name));
  }

  /** Writes those whose names fit, by TensorFlow's own op. */
  void write(Path prefix, Predicate<String> fits) {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var tf = Ops.create(graph);
      var names = tensors.keySet().stream().filter(fits).toList();
      var holders = new ArrayList<Operand<?>>();
      var runner = session.runner();
      for (String name : names) {
        var holder = tf.placeholder(((TType) tensors.get(name)).type());
        holders.add(holder);
        runner.feed(holder, tensors.get(name));
      }
      var slices = new String[names.size()];
      Arrays.fill(slices, "");
      runner
          .addTarget(
              tf.train.save(
                  tf.constant(prefix.toString()),
                  tf.constant(StandardCharsets.UTF_8, names.toArray(new String[0])),
                  tf.constant(StandardCharsets.UTF_8, slices),
                  holders))
          .run()
          .close();
    }
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}

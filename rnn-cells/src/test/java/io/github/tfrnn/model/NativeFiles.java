package io.github.tfrnn.model;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/** Checkpoints written by TensorFlow's own ops, of both formats. */
final class NativeFiles {
  private NativeFiles() {}

  /**
   * A tensor to be written.
   *
   * @param name of the variable
   * @param slice which part of it this is, as {@code "4 2 0,2:-"}; empty for all
   * @param value its elements
   */
  record Named(String name, String slice, Tensor value) {
    Named(String name, Tensor value) {
      this(name, "", value);
    }
  }

  /** The op SaveSlices, which the old Saver of TensorFlow 1 used. */
  static void v1(Path file, List<Named> tensors) {
    write("SaveSlices", file, tensors);
  }

  /** The op SaveV2. */
  static void v2(Path prefix, List<Named> tensors) {
    write("SaveV2", prefix, tensors);
  }

  private static void write(String op, Path path, List<Named> tensors) {
    try (var graph = new Graph()) {
      var tf = Ops.create(graph);
      Output<?>[] values =
          tensors.stream()
              .map(it -> tf.constantOf((TType) it.value()).asOutput())
              .toArray(Output<?>[]::new);
      var save =
          graph
              .opBuilder(op, "save", tf.scope())
              .addInput(tf.constant(path.toString()).asOutput())
              .addInput(strings(tf, tensors, Named::name).asOutput())
              .addInput(strings(tf, tensors, Named::slice).asOutput())
              .addInputList(values)
              .build();
      try (var session = new Session(graph)) {
        session.runner().addTarget(save).run().close();
      }
    }
  }

  private static Operand<?> strings(Ops tf, List<Named> all, Function<Named, String> of) {
    return tf.constant(StandardCharsets.UTF_8, all.stream().map(of).toArray(String[]::new));
  }
}

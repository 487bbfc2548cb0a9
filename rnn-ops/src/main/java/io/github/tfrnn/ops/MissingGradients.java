package io.github.tfrnn.ops;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/** Gradients of simple ops that TensorFlow's C++ library does not know. */
final class MissingGradients {
  private MissingGradients() {}

  static void addTo(Map<String, OpGradient> gradients) {
    gradients.put("OnesLike", MissingGradients::none);
  }

  private static List<Operand<?>> none(Ops tf, GraphOperation op, List<Output<?>> dy) {
    return List.of(tf.zerosLike(op.input(0)));
  }
}

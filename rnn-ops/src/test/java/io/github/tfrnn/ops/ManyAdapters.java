package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A program that registers gradients of its own, which this library must live beside. */
final class ManyAdapters {
  /** Op types for which neither TensorFlow nor this library has a gradient. */
  private static final List<String> TYPES =
      List.of(
          "Cumprod",
          "CTCLoss",
          "Betainc",
          "Bincount",
          "Bucketize",
          "Cross",
          "Dilation2D",
          "Igamma",
          "Igammac",
          "LinSpace",
          "Zeta");

  private ManyAdapters() {}

  /**
   * Registers {@code args[0]} gradients; then asks {@code library} for one of its own, or {@code
   * native} code for the last of those registered.
   */
  public static void main(String[] args) {
    int count = Integer.parseInt(args[0]);
    for (String type : TYPES.subList(0, count - 1)) {
      register(type);
    }
    register("IsotonicRegression"); // the last one is used
    try (var graph = new Graph()) {
      var tf = Ops.create(graph);
      var x = tf.placeholder(TFloat32.class);
      if (args[1].equals("library")) {
        Gradients.of(tf.ensureShape(x, Shape.of(2)), List.of(x));
      } else {
        var loss = tf.nn.isotonicRegression(x, TFloat32.class).output();
        graph.addGradients(loss.asOutput(), new Output<?>[] {x.asOutput()});
      }
      System.out.println("differentiated");
    }
  }

  private static void register(String type) {
    if (!TensorFlow.registerCustomGradient(type, (tf, op, dy) -> List.<Operand<?>>of(dy.get(0)))) {
      System.out.println(type + " is refused");
    }
  }
}

package io.github.tfrnn.ops;

import io.github.tfrnn.testing.TestGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat64;

/** A loop whose graph is written to a file and differentiated by another process. */
final class ReloadedLoop {
  private ReloadedLoop() {}

  /** Adds {@code loss = sum over t of h[t]^2} with {@code h[t] = tanh(h[t-1] * w + x[t])}. */
  static void build(Graph graph) {
    var tf = Ops.create(graph);
    var x = tf.withName("x").placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, 2)));
    var w = tf.withName("w").placeholder(TFloat64.class, Placeholder.shape(Shape.scalar()));
    var h = tf.zeros(tf.constant(new int[] {2}), TFloat64.class);
    var result =
        Scan.carrying(tf, Structure.<TFloat64>tensor(), h)
            .over(Structure.<TFloat64>tensor(), x)
            .run(
                Structure.<TFloat64>tensor(),
                (body, carry, xt) -> {
                  var ops = body.tf();
                  var next = ops.math.tanh(ops.math.add(ops.math.mul(carry, w), xt));
                  return new Scan.Next<>(next, next);
                });
    var squares = tf.math.square(result.outputs());
    tf.withName("loss").sum(squares, tf.constant(new int[] {0, 1}));
  }

  /** The gradients of the loss with respect to x and w, as text. */
  static String gradients(Graph graph) {
    var x = graph.operation("x").<TFloat64>output(0);
    var w = graph.operation("w").<TFloat64>output(0);
    var gradients = Gradients.of(graph.operation("loss").output(0), List.of(x, w));
    var text = new StringBuilder();
    try (var session = new Session(graph);
        var fed = TFloat64.tensorOf(Shape.of(3, 2), DataBuffers.of(.1, -.2, .3, .4, -.5, .6));
        var weight = TFloat64.scalarOf(0.7);
        var run =
            session
                .runner()
                .feed(x, fed)
                .feed(w, weight)
                .fetch(gradients.get(0))
                .fetch(gradients.get(1))
                .run()) {
      for (int i = 0; i < run.size(); i++) {
        text.append(Arrays.toString(TestGraph.elements(run.get(i))));
      }
    }
    return text.toString();
  }

  /** Reads the graph of the file {@code args[0]} and prints its gradients. */
  public static void main(String[] args) throws IOException {
    try (var graph = new Graph()) {
      graph.importGraphDef(GraphDef.parseFrom(Files.readAllBytes(Path.of(args[0]))));
      System.out.println(gradients(graph));
    }
  }
}

package io.github.tfrnn.ops;

import static io.github.tfrnn.ops.OpGradients.isUnused;
import static io.github.tfrnn.ops.OpGradients.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** Gradients of simple ops that TensorFlow's C++ library does not know. */
final class MissingGradients {
  /** Flat everywhere, and TensorFlow knows it. */
  private static final Set<String> KNOWN_FLAT =
      Set.of("StopGradient", "ZerosLike", "Floor", "OneHot");

  private static final Set<String> FLAT =
      Set.of("OnesLike", "Range", "LinSpace", "Ceil", "Round", "Rint", "FloorDiv");

  private MissingGradients() {}

  static void addTo(Map<String, OpGradient> gradients) {
    FLAT.forEach(type -> gradients.put(type, (tf, op, dy) -> zeros(tf, op)));
    for (String type : List.of("EnsureShape", "PlaceholderWithDefault", "Snapshot")) {
      gradients.put(type, (tf, op, dy) -> dy);
    }
    gradients.put("SparseSoftmaxCrossEntropyWithLogits", MissingGradients::sparseCrossEntropy);
    gradients.put("Gather", MissingGradients::gather);
    gradients.put("TopKV2", MissingGradients::topK);
  }

  /** Whether ops of this type have a gradient of zero everywhere. */
  static boolean isFlat(String type) {
    return FLAT.contains(type) || KNOWN_FLAT.contains(type);
  }

  /** The gradient of a flat op. */
  static List<Operand<?>> zeros(Ops tf, GraphOperation op) {
    List<Operand<?>> zeros = new ArrayList<>();
    for (int i = 0; i < op.numInputs(); i++) {
      zeros.add(tf.zerosLike(op.input(i)));
    }
    return zeros;
  }

  /**
   * The op has two outputs: the loss {@code [B]} and its gradient {@code p - oneHot(labels)},
   * {@code [B, C]}, where {@code p = softmax(logits)}. With {@code d} and {@code u} arriving at
   * them, the logits get {@code d (p - oneHot) + p (u - sum(u p))}.
   */
  private static List<Operand<?>> sparseCrossEntropy(
      Ops tf, GraphOperation op, List<Output<?>> dy) {
    var logits = number(op.input(0));
    var rows = tf.expandDims(number(dy.get(0)), tf.constant(-1));
    Operand<TNumber> gradient = tf.math.mul(rows, number(op.output(1)));
    // An output that nobody reads gets zeros; only second derivatives read this one.
    if (!isUnused(dy.get(1))) {
      var p = tf.nn.softmax(logits);
      var u = number(dy.get(1));
      var mean = tf.sum(tf.math.mul(u, p), tf.constant(new int[] {-1}), Sum.keepDims(true));
      gradient = tf.math.add(gradient, tf.math.mul(p, tf.math.sub(u, mean)));
    }
    return List.of(gradient, tf.zerosLike(op.input(1)));
  }

  /** Adds each row of the gradient to the row of the parameters that it was read from. */
  private static List<Operand<?>> gather(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var shape = tf.shape(op.input(0));
    var indices = number(op.input(1));
    var count = vector(tf, tf.size(indices));
    var rowShape = tf.slice(shape, tf.constant(new int[] {1}), tf.constant(new int[] {-1}));
    var rows = tf.reshape(number(dy.get(0)), tf.concat(List.of(count, rowShape), tf.constant(0)));
    var height = scalar(tf, tf.slice(shape, tf.constant(new int[1]), tf.constant(new int[] {1})));
    return List.of(
        tf.math.unsortedSegmentSum(rows, tf.reshape(indices, count), height),
        tf.zerosLike(op.input(1)));
  }

  /** Puts the gradient of each of the k values of a row where the value was found in the row. */
  private static List<Operand<?>> topK(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var shape = tf.shape(op.input(0));
    var before = tf.math.sub(tf.shape(shape), tf.constant(new int[] {1}));
    var one = tf.constant(new int[] {1});
    var width = tf.slice(shape, before, one);
    var k = tf.slice(tf.shape(op.output(1)), before, one);
    var rows = tf.reduceProd(tf.slice(shape, tf.constant(new int[1]), before), tf.constant(0));

    // In the flat input, rows begin at 0, width, 2 width, ...
    var begins = tf.math.mul(tf.range(tf.constant(0), rows, tf.constant(1)), width);
    var found =
        tf.reshape(
            tf.dtypes.cast(op.output(1), TInt32.class),
            tf.concat(List.of(vector(tf, rows), k), tf.constant(0)));
    var flat = tf.math.add(found, tf.expandDims(begins, tf.constant(1)));
    var all = tf.constant(new int[] {-1});
    var gradient =
        tf.math.unsortedSegmentSum(
            tf.reshape(number(dy.get(0)), all), tf.reshape(flat, all), tf.size(op.input(0)));
    return List.of(tf.reshape(gradient, shape), tf.zerosLike(op.input(1)));
  }

  private static Operand<TInt32> vector(Ops tf, Operand<TInt32> scalar) {
    return tf.reshape(scalar, tf.constant(new int[] {1}));
  }

  private static Operand<TInt32> scalar(Ops tf, Operand<TInt32> vector) {
    return tf.reshape(vector, tf.constant(new int[0]));
  }
}

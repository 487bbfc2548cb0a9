package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.CudnnRNN;
import org.tensorflow.op.nn.CudnnRNNParamsToCanonical;
import org.tensorflow.types.TFloat32;

/** Gradients of the ops of cuDNN as far as a machine without a GPU can tell: their graphs. */
class CudnnGradientsTest {
  private static final int LAYERS = 2;
  private static final int UNITS = 3;
  private static final int DEPTH = 4;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();
  private final Operand<TFloat32> x = zeros(5, 2, DEPTH);
  private final Operand<TFloat32> h = zeros(LAYERS, 2, UNITS);
  private final Operand<TFloat32> params = zeros(10);

  private Operand<TFloat32> zeros(long... shape) {
    return tf.zeros(tf.constant(shape), TFloat32.class);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private CudnnRNN<TFloat32> network(boolean training) {
    return tf.withSubScope("net")
        .nn
        .cudnnRNN(
            x,
            h,
            h,
            params,
            tf.constant(new int[] {5, 4}),
            CudnnRNN.rnnMode("gru"),
            CudnnRNN.direction("unidirectional"),
            CudnnRNN.dropout(0.25f),
            CudnnRNN.seed(7L),
            CudnnRNN.isTraining(training),
            CudnnRNN.timeMajor(true));
  }

  @Test
  void theNetworkGoesBackWithItsSettings() {
    var network = network(true);
    var loss = test.weigh(network.output(), 0);
    var gradients = Gradients.of(loss, List.of(x, h, params));
    var back = (GraphOperation) gradients.get(2).asOutput().op();
    assertEquals("CudnnRNNBackpropV3", back.type());
    assertEquals("gru", back.attributes().getAttrString("rnn_mode"));
    assertEquals(0.25f, back.attributes().getAttrFloat("dropout"));
    assertEquals(7, back.attributes().getAttrInt("seed"));
    assertTrue(back.attributes().getAttrBool("time_major"));
    assertEquals(network.reserveSpace(), back.input(11));
    assertEquals(network.hostReserved(), back.input(12));
    assertEquals(3, gradients.get(2).asOutput().index());
  }

  @Test
  void aNetworkForInferenceHasNoGradient() {
    var loss = test.weigh(network(false).output(), 0);
    assertEquals(
        "gradients: loss must depend on xs through cuDNN only where it was built for training, got"
            + " CudnnRNNV3 'net/CudnnRNN'. Build the layer with training switched on.",
        Refusals.argument(() -> Gradients.of(loss, List.of(params))));
  }

  @Test
  void theReservedSpaceHasNoGradient() {
    var loss = test.weigh(network(true).reserveSpace(), 0);
    assertTrue(
        Refusals.argument(() -> Gradients.of(loss, List.of(params)))
            .endsWith(
                "Its output 3 has none; use the others, or cut it off with tf.stopGradient."));
  }

  /** The conversions only move numbers, so each is the gradient of the other. */
  @Test
  void eachConversionGoesBackThroughTheOther() {
    var w = zeros(UNITS, DEPTH);
    var b = zeros(UNITS);
    var one = tf.constant(1);
    var opaque =
        tf.nn.cudnnRNNCanonicalToParams(
            one, tf.constant(UNITS), tf.constant(DEPTH), List.of(w, w), List.of(b, b));
    var canonical =
        tf.nn.cudnnRNNParamsToCanonical(
            one,
            tf.constant(UNITS),
            tf.constant(DEPTH),
            opaque,
            2L,
            2L,
            CudnnRNNParamsToCanonical.rnnMode("lstm"));
    var gradients = Gradients.of(test.weigh(canonical.weights().get(1), 0), List.of(w, b));
    assertEquals(w.shape(), gradients.get(0).shape());
    assertEquals(b.shape(), gradients.get(1).shape());
    var types = test.graph().toGraphDef().getNodeList().stream().map(node -> node.getOp()).toList();
    assertEquals(2, types.stream().filter("CudnnRNNParamsToCanonicalV2"::equals).count());
    assertEquals(2, types.stream().filter("CudnnRNNCanonicalToParamsV2"::equals).count());
  }
}

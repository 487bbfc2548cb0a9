package io.github.tfrnn.bench;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The ways to run a cell over a sequence. */
public enum RnnPath {
  /** A loop of the graph; the gradient reads what the forward loop stored. */
  STORED("stored loop"),
  /** A loop of the graph; the gradient computes the values of each step again. */
  RECOMPUTED("recomputed loop"),
  /** A copy of the cell for every step. */
  STATIC("static unroll"),
  /** One op of the module rnn-onednn. */
  ONEDNN("oneDNN");

  /** The most steps that are unrolled: more make graphs that take minutes to build. */
  static final int LONGEST_UNROLL = 1000;

  private final String label;

  RnnPath(String label) {
    this.label = label;
  }

  /** What tables call it. */
  String label() {
    return label;
  }

  boolean supports(int time) {
    return switch (this) {
      case STORED, RECOMPUTED -> true;
      case STATIC -> time <= LONGEST_UNROLL;
      case ONEDNN -> System.getProperty("os.name").startsWith("Linux");
    };
  }

  /** The shape of the inputs, as unknown as the path allows: {@code [time, batch, depth]}. */
  Shape inputShape(LayerShape shape) {
    return Shape.of(this == STATIC ? shape.time() : Shape.UNKNOWN_SIZE, -1, shape.depth());
  }

  /**
   * Adds a layer.
   *
   * @param x shape {@code [time, batch, depth]}
   * @return the outputs of all steps, {@code [time, batch, units]}
   */
  <S> Operand<TFloat32> outputs(
      VariableScope scope, TensorCell<TFloat32, S> cell, Operand<TFloat32> x) {
    return switch (this) {
      case STORED ->
          Rnn.dynamicRnn(scope, cell, x, o -> o.timeMajor().engine(Engine.LOOP)).outputs();
      case RECOMPUTED ->
          Rnn.dynamicRnn(scope, cell, x, o -> o.timeMajor().engine(Engine.LOOP).recompute())
              .outputs();
      case ONEDNN ->
          Rnn.dynamicRnn(scope, cell, x, o -> o.timeMajor().engine(Engine.ONEDNN)).outputs();
      case STATIC -> unrolled(scope.tf(), scope, cell, x);
    };
  }

  private static <S> Operand<TFloat32> unrolled(
      Ops tf, VariableScope scope, TensorCell<TFloat32, S> cell, Operand<TFloat32> x) {
    var steps = tf.unstack(x, x.shape().get(0)).output();
    return tf.stack(Rnn.staticRnn(scope, cell, steps).outputs());
  }
}

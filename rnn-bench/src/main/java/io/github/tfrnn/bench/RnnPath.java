package io.github.tfrnn.bench;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerEngines;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** The ways to run a cell over a sequence: an engine and how it is asked for. */
public enum RnnPath {
  /** The engine that the library chooses. */
  AUTO("auto", Engine.AUTO),
  /** A loop of the graph; the gradient reads what the forward loop stored. */
  STORED("stored loop", Engine.LOOP),
  /** A loop of the graph; the gradient computes the values of each step again. */
  RECOMPUTED("recomputed loop", Engine.LOOP, RnnOptions::recompute),
  /** A loop over segments; the gradient reads the states between them. */
  SEGMENTED("segmented loop", Engine.LOOP, RnnOptions::segments),
  /** A loop for each slice of the batch. */
  SLICED("slices", Engine.SLICED),
  /** A loop with several steps in each turn. */
  UNROLLED_STEPS("unrolled steps", Engine.UNROLLED_STEPS),
  /** The loop compiled by XLA. */
  XLA("XLA", Engine.XLA, RnnPath::unchanged, true, Integer.MAX_VALUE),
  /** TensorFlow's fused ops. */
  FUSED("fused ops", Engine.FUSED),
  /** A copy of the cell for every step, which no engine runs. */
  STATIC("static unroll", Engine.LOOP, RnnPath::unchanged, true, 1_000) {
    @Override
    <S> Operand<TFloat32> outputs(
        VariableScope scope, TensorCell<TFloat32, S> cell, Operand<TFloat32> x) {
      var tf = scope.tf();
      var steps = tf.unstack(x, x.shape().get(0)).output();
      return tf.stack(Rnn.staticRnn(scope, cell, steps).outputs());
    }
  },
  /** One op of the module rnn-onednn. */
  ONEDNN("oneDNN", Engine.ONEDNN);

  /** How a path changes the options, whatever the state is. */
  @FunctionalInterface
  private interface Change {
    <S> RnnOptions<S> of(RnnOptions<S> options);
  }

  private final String label;
  private final Engine engine;
  private final Change change;
  private final boolean knowsSizes;
  private final int longest;

  /** A path for all sequences. */
  RnnPath(String label, Engine engine) {
    this(label, engine, RnnPath::unchanged);
  }

  /** A path for all sequences with more options than the engine. */
  RnnPath(String label, Engine engine, Change change) {
    this(label, engine, change, false, Integer.MAX_VALUE);
  }

  /**
   * A path.
   *
   * @param label what tables call it
   * @param engine that it asks for
   * @param change what else it asks for
   * @param knowsSizes whether the graph has to know batch and number of steps
   * @param longest the most steps: graphs of more take minutes to build
   */
  RnnPath(String label, Engine engine, Change change, boolean knowsSizes, int longest) {
    this.label = label;
    this.engine = engine;
    this.change = change;
    this.knowsSizes = knowsSizes;
    this.longest = longest;
  }

  private static <S> RnnOptions<S> unchanged(RnnOptions<S> options) {
    return options;
  }

  /** The paths that can run where the module rnn-onednn is not on the class path. */
  static List<RnnPath> elsewhere() {
    return Arrays.stream(values()).filter(path -> path.engine != Engine.ONEDNN).toList();
  }

  /** What tables call it. */
  String label() {
    return label;
  }

  /** What tables call it where the module rnn-onednn is not on the class path. */
  String labelWithoutOneDnn() {
    return label + " without rnn-onednn";
  }

  /** Whether it can run so many steps on this machine. */
  boolean supports(int time) {
    return time <= longest && (engine != Engine.ONEDNN || isHere(Engine.ONEDNN));
  }

  /** Those of {@code paths} that can run so many steps on this machine. */
  static List<RnnPath> supporting(List<RnnPath> paths, int time) {
    return paths.stream().filter(path -> path.supports(time)).toList();
  }

  private static boolean isHere(Engine engine) {
    return LayerEngines.named(engine.name()).filter(it -> it.obstacle().isEmpty()).isPresent();
  }

  /** The shape of the inputs, as unknown as the path allows: {@code [time, batch, depth]}. */
  Shape inputShape(LayerShape shape) {
    return knowsSizes
        ? Shape.of(shape.time(), shape.batch(), shape.depth())
        : Shape.of(Shape.UNKNOWN_SIZE, Shape.UNKNOWN_SIZE, shape.depth());
  }

  /**
   * Adds a layer.
   *
   * @param x shape {@code [time, batch, depth]}
   * @return the outputs of all steps, {@code [time, batch, units]}
   */
  <S> Operand<TFloat32> outputs(
      VariableScope scope, TensorCell<TFloat32, S> cell, Operand<TFloat32> x) {
    return Rnn.dynamicRnn(scope, cell, x, o -> change.of(o.timeMajor().engine(engine))).outputs();
  }
}

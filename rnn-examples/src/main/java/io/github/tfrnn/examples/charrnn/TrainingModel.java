package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.examples.charrnn.Windows.Window;
import io.github.tfrnn.model.StateFeed;
import io.github.tfrnn.ops.SequenceLoss;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.train.Adam;
import io.github.tfrnn.train.GlobalStep;
import io.github.tfrnn.train.Schedules;
import io.github.tfrnn.train.TrainOp;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.index.Indices;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A character model with its loss and its optimizer, in a graph and a session of its own.
 *
 * <p>Training carries a state from window to window, and so does measuring, in another one.
 */
final class TrainingModel implements AutoCloseable {
  private static final Shape MATRIX = Shape.of(-1, -1);

  private final Graph graph = new Graph();
  private final Operand<TInt32> characters;
  private final Operand<TInt32> targets;
  private final Operand<TInt32> lengths;
  private final Operand<TFloat32> keep;
  private final Schedule schedule;
  private final StateFeed<LayerStates> carried;
  private final StateFeed<LayerStates> measured;
  private final LayerStates lastState;
  private final Operand<TFloat32> loss;
  private final TrainOp train;
  private final Session session;

  /**
   * Builds the graph.
   *
   * @param symbols the size of the vocabulary
   * @param windows how many windows make an epoch, for the decay of the learning rate
   */
  TrainingModel(Network network, Schedule schedule, int symbols, int windows) {
    this.schedule = schedule;
    var tf = Ops.create(graph);
    characters = tf.placeholder(TInt32.class, Placeholder.shape(MATRIX));
    targets = tf.placeholder(TInt32.class, Placeholder.shape(MATRIX));
    lengths = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    keep = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    var root = VariableScope.of(graph).withSeed(schedule.seed());
    var globalStep = GlobalStep.of(root);
    var step = globalStep.value(TInt64.class);
    var model = new CharNetwork(network, symbols);
    carried = StateFeed.placeholders(tf, model.stateSize());
    measured = StateFeed.over(model.stateSize(), carried.initial());
    var result =
        model.run(
            root.scope("char_rnn"),
            characters,
            carried.initial(),
            schedule.drops() ? (x, i) -> dropout(tf, x, i, step) : CharNetwork.Dropout.NONE);
    lastState = result.state();
    loss = loss(tf, result.outputs());
    var rate =
        Schedules.exponentialDecay(
            tf, schedule.learningRate(), step, windows, schedule.decay(), false);
    train =
        Adam.of(rate)
            .minimize(
                root,
                loss,
                root.trainableVariables(),
                options -> options.clipNorm(schedule.clip()).globalStep(globalStep));
    session = new Session(graph);
  }

  /** Keeps elements with the probability {@link #keep}, drawn anew in each step and layer. */
  private Operand<TFloat32> dropout(Ops tf, Operand<TFloat32> x, int layer, Operand<TInt64> step) {
    var seed = tf.stack(List.of(tf.constant(schedule.seed() * 31 + layer), step));
    var uniform = tf.random.statelessRandomUniform(tf.shape(x), seed, TFloat32.class);
    var kept = tf.math.floor(tf.math.add(keep, uniform)); // 0 or 1
    return tf.math.mul(tf.math.div(x, keep), kept);
  }

  /** The mean over all characters of a window but its padding, in nats. */
  private Operand<TFloat32> loss(Ops tf, Operand<TFloat32> logits) {
    var steps = tf.stridedSlice(tf.shape(characters), Indices.at(1));
    var weights = Sequences.mask(tf, lengths, steps, TFloat32.class);
    return SequenceLoss.of(
        tf,
        logits,
        Sequences.transposeBatchTime(tf, targets),
        Sequences.transposeBatchTime(tf, weights));
  }

  /**
   * Makes one step from the state carried.
   *
   * @return the loss before it
   */
  double train(Window window) {
    try (var feeds = new Feeds(window, (float) schedule.keep());
        var result =
            carried.run(feeds.to(session.runner()).addTarget(train).fetch(loss), lastState)) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** The loss over a whole text, read from zero states. */
  double measure(Windows text) {
    measured.zeros(text.rows());
    double sum = 0;
    for (int i = 0; i < text.count(); i++) {
      var window = text.get(i);
      try (var feeds = new Feeds(window, 1);
          var result = measured.run(feeds.to(session.runner()).fetch(loss), lastState)) {
        sum += window.size() * ((TFloat32) result.get(0)).getFloat();
      }
    }
    return sum / text.size();
  }

  /** The tensors of one run. */
  private final class Feeds implements AutoCloseable {
    private final TInt32 read;
    private final TInt32 next;
    private final TInt32 valid;
    private final TFloat32 kept;

    Feeds(Window window, float keep) {
      var shape = Shape.of(window.rows(), window.steps());
      read = TInt32.tensorOf(shape, DataBuffers.of(window.characters()));
      next = TInt32.tensorOf(shape, DataBuffers.of(window.targets()));
      valid = TInt32.vectorOf(window.lengths());
      kept = TFloat32.scalarOf(keep);
    }

    Session.Runner to(Session.Runner runner) {
      runner.feed(characters, read).feed(targets, next).feed(lengths, valid);
      return schedule.drops() ? runner.feed(keep, kept) : runner;
    }

    @Override
    public void close() {
      List.of(read, next, valid, kept).forEach(Tensor::close);
    }
  }

  /** The state between two windows that training carries. */
  StateFeed<LayerStates> carried() {
    return carried;
  }

  /** What holds the variables. */
  Session session() {
    return session;
  }

  @Override
  public void close() {
    carried.close();
    measured.close();
    session.close();
    graph.close();
  }
}

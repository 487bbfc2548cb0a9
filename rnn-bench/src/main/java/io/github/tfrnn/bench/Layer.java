package io.github.tfrnn.bench;

import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.train.GradientDescent;
import io.github.tfrnn.train.TrainOp;
import java.util.Optional;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** One layer with its graph, a session and a batch of random inputs. */
final class Layer implements AutoCloseable {
  private static final double LEARNING_RATE = 0.01;

  private final LayerShape shape;
  private final Graph graph = new Graph();
  private final Operand<TFloat32> inputs;
  private final Operand<TFloat32> outputs;
  private final Optional<Training> training;
  private final Session session;
  private final TFloat32 values;

  private record Training(Operand<TFloat32> loss, TrainOp update) {}

  /** A layer for both tasks. */
  Layer(CellKind kind, LayerShape shape, RnnPath path) {
    this(kind, shape, path, Task.TRAINING);
  }

  /**
   * A layer that knows a task and what it includes.
   *
   * @param task {@link Task#FORWARD} leaves loss, gradients and update out of the graph
   */
  Layer(CellKind kind, LayerShape shape, RnnPath path, Task task) {
    this.shape = shape;
    var root = VariableScope.of(graph).withSeed(1);
    inputs = root.tf().placeholder(TFloat32.class, Placeholder.shape(path.inputShape(shape)));
    outputs = path.outputs(root, kind.cell(shape.units()), inputs);
    training = task == Task.TRAINING ? Optional.of(training(root, outputs)) : Optional.empty();
    session = new Session(graph);
    values = normal(shape);
  }

  private static Training training(VariableScope root, Operand<TFloat32> outputs) {
    var tf = root.tf();
    var loss = tf.math.mean(tf.math.square(outputs), tf.constant(new int[] {0, 1, 2}));
    return new Training(
        loss, GradientDescent.of(LEARNING_RATE).minimize(root, loss, root.trainableVariables()));
  }

  private static TFloat32 normal(LayerShape shape) {
    var random = new Random(1);
    var tensor = TFloat32.tensorOf(Shape.of(shape.time(), shape.batch(), shape.depth()));
    tensor.scalars().forEach(value -> value.setFloat((float) random.nextGaussian()));
    return tensor;
  }

  /** Runs the task once; returns the last output or the loss. */
  float run(Task task) {
    return task == Task.FORWARD ? forward() : trainingStep();
  }

  /** Computes all outputs and returns the last number of them. */
  float forward() {
    try (var result = session.runner().feed(inputs, values).fetch(outputs).run()) {
      var y = (TFloat32) result.get(0);
      return y.getFloat(shape.time() - 1, shape.batch() - 1, shape.units() - 1);
    }
  }

  /**
   * Changes the weights once and returns the loss before.
   *
   * @throws java.util.NoSuchElementException if the layer is for {@link Task#FORWARD} only
   */
  float trainingStep() {
    var step = training.orElseThrow();
    var runner = session.runner().feed(inputs, values).fetch(step.loss()).addTarget(step.update());
    try (var result = runner.run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** Number of ops in the graph. */
  int ops() {
    int count = 0;
    for (var ops = graph.operations(); ops.hasNext(); ops.next()) {
      count++;
    }
    return count;
  }

  @Override
  public void close() {
    values.close();
    session.close();
    graph.close();
  }
}

package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;

/**
 * The state of a recurrent network, carried from one run of a session to the next.
 *
 * <pre>{@code
 * var state = StateFeed.placeholders(tf, cell.stateSize());    // while the graph is built
 * var rnn = Rnn.dynamicRnn(scope, cell, x, options -> options.initialState(state.initial()));
 *
 * state.zeros(batch);                                          // before a new sequence
 * try (var result = state.run(session.runner().feed(x, window).fetch(loss), rnn.state())) {
 *   ...                                                        // fetches are those of the runner
 * }
 * }</pre>
 *
 * <p>It holds the tensors between the runs and closes them; what it hands out it still owns. One
 * object carries one stream of states and is not for several threads at once.
 *
 * @param <S> the state of the cell
 */
public final class StateFeed<S> implements AutoCloseable {
  private final Structure<S> structure;
  private final S initial;
  private final List<Operand<?>> fed;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Map<List<Output<?>>, List<Operand<?>>> fetched = new HashMap<>();
  private boolean closed;

  private StateFeed(Structure<S> structure, S initial) {
    this.structure = structure;
    this.initial = initial;
    this.fed = structure.flatten(initial);
  }

  /**
   * Makes a placeholder for each tensor of a state, with its shape and an unknown batch size.
   *
   * @param tf the ops of the graph
   * @param structure as {@code cell.stateSize()} gives it, every shape known
   */
  public static <S> StateFeed<S> placeholders(Ops tf, Structure<S> structure) {
    requireGraph(tf);
    var scope = tf.withSubScope("state");
    var parts = new ArrayList<Operand<?>>();
    for (Leaf leaf : structure.leaves()) {
      parts.add(
          scope
              .withName(name(leaf))
              .placeholder(leaf.type(), Placeholder.shape(leaf.withBatch(Shape.UNKNOWN_SIZE))));
    }
    return new StateFeed<>(structure, structure.pack(parts));
  }

  private static void requireGraph(Ops tf) {
    if (tf.scope().env().isEager()) {
      throw new IllegalArgumentException(
          "StateFeed: tf must build a graph, got an eager environment. "
              + "Make it with Ops.create(new Graph()).");
    }
  }

  private static String name(Leaf leaf) {
    return leaf.name().isEmpty() ? "state" : leaf.name().replace('/', '_');
  }

  /**
   * Feeds the operands of a state that the graph has already, such as one that {@code zeroState}
   * returned; any operand can be fed.
   */
  public static <S> StateFeed<S> over(Structure<S> structure, S initial) {
    return new StateFeed<>(structure, requireNonNull(initial, "initial"));
  }

  /** The operands that are fed: the initial state of the driver. */
  public S initial() {
    return initial;
  }

  /**
   * Starts from zeros.
   *
   * @param batchSize number of rows, at least 0
   * @throws IllegalArgumentException if it is negative, or the shape of a row is not known
   */
  public void zeros(int batchSize) {
    requireOpen();
    if (batchSize < 0) {
      throw new IllegalArgumentException(
          "StateFeed: batchSize must be at least 0, got " + batchSize);
    }
    var zeros = new ArrayList<Tensor>();
    for (Leaf leaf : structure.leaves()) {
      zeros.add(Tensors.zeros(leaf.type(), leaf.withBatch(batchSize)));
    }
    replace(zeros);
  }

  /**
   * Starts from given tensors, which are copied.
   *
   * @param values one for each tensor of the state, in order
   * @throws IllegalArgumentException if their number, a type or a shape does not fit
   */
  public void set(List<? extends Tensor> values) {
    requireOpen();
    var leaves = structure.leaves();
    if (values.size() != leaves.size()) {
      throw new IllegalArgumentException(
          "StateFeed: values must be " + leaves.size() + " tensors, got " + values.size());
    }
    for (int i = 0; i < leaves.size(); i++) {
      Tensors.requireFits(leaves.get(i), values.get(i));
    }
    replace(values.stream().map(Tensors::copy).toList());
  }

  /**
   * The tensors that the next run is fed, by name. They belong to this object and are closed by its
   * next run.
   *
   * @throws IllegalStateException before {@link #zeros} or {@link #set}
   */
  public Map<String, Tensor> tensors() {
    requireStarted();
    var named = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < tensors.size(); i++) {
      named.put(structure.leaves().get(i).name(), tensors.get(i));
    }
    return named;
  }

  /**
   * Runs once from the state held, and holds the new one. The first run with a {@code next} adds
   * the ops that read it to the graph; later ones add nothing.
   *
   * @param runner with the other feeds, fetches and targets of the run, such as a train op
   * @param next the state after the run, such as that of {@code RnnResult}
   * @return what was fetched by {@code runner}, in its order; the caller closes it
   * @throws IllegalStateException before {@link #zeros} or {@link #set}, and after {@link #close}
   */
  public Result run(Session.Runner runner, S next) {
    requireStarted();
    for (int i = 0; i < fed.size(); i++) {
      runner.feed(fed.get(i), tensors.get(i));
    }
    var fetches = fetched.computeIfAbsent(outputs(next), StateFeed::identities);
    fetches.forEach(runner::fetch);
    var result = runner.run();
    try {
      int first = result.size() - fetches.size();
      var held = new ArrayList<Tensor>();
      for (int i = 0; i < fetches.size(); i++) {
        held.add(Tensors.copy(result.get(first + i)));
      }
      replace(held);
      return result;
    } catch (RuntimeException e) {
      result.close();
      throw e;
    }
  }

  private List<Output<?>> outputs(S state) {
    return structure.flatten(state).stream().<Output<?>>map(Operand::asOutput).toList();
  }

  // A result refuses to hold one output twice, and the caller may fetch h as the cell's output.
  private static List<Operand<?>> identities(List<Output<?>> outputs) {
    var identities = new ArrayList<Operand<?>>();
    for (Output<?> output : outputs) {
      identities.add(Ops.create(output.env()).withSubScope("state").identity(output));
    }
    return identities;
  }

  private void replace(List<Tensor> by) {
    tensors.forEach(Tensor::close);
    tensors.clear();
    tensors.addAll(by);
  }

  private void requireStarted() {
    requireOpen();
    if (tensors.size() != fed.size()) {
      throw new IllegalStateException(
          "StateFeed: a state must be held before the run, got none. Call zeros(batchSize) first.");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("StateFeed: must be open, got a closed one");
    }
  }

  /** Closes the tensors held. */
  @Override
  public void close() {
    closed = true;
    tensors.forEach(Tensor::close);
    tensors.clear();
  }
}

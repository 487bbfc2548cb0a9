package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.HasProjection;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.ScanOptions;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TIntegral;
import org.tensorflow.types.family.TType;

/** Runs a cell in a loop of the graph, whose number of steps is known when it runs. */
final class DynamicRnn<X, Y, S> {
  private final VariableScope scope;
  private final Ops tf;
  private final RnnCell<X, Y, S> cell;
  private final RnnOptions<S> options;
  private final Direction direction;

  private DynamicRnn(
      VariableScope scope, RnnCell<X, Y, S> cell, RnnOptions<S> options, Direction direction) {
    this.scope = scope;
    this.tf = scope.tf();
    this.cell = cell;
    this.options = options;
    this.direction = direction;
  }

  /**
   * Adds the loop.
   *
   * @param scope the one that the driver entered
   */
  static <X, Y, S> RnnResult<Y, S> run(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      X inputs,
      RnnOptions<S> options,
      Direction direction) {
    return new DynamicRnn<>(scope, cell, options, direction).run(inputs);
  }

  /**
   * The sizes of the sequences.
   *
   * @param known time and batch, -1 where unknown
   */
  private record Sizes(Shape known, Operand<TInt32> time, Operand<TInt32> batch) {}

  /** The lengths of the rows, and which steps are inside, {@code [time, batch]}. */
  private record Rows(Padding padding, Operand<TBool> inside) {}

  private RnnResult<Y, S> run(X inputs) {
    var parts = cell.inputSize().flatten(inputs);
    var sizes = sizes(parts);
    var use = Engines.choose(scope, cell, parts, options);
    if (use.engine() != Engine.LOOP) {
      return wholeLayers(inputs, sizes, use);
    }
    var rows = options.lengths().map(lengths -> rows(lengths, sizes));
    var x = options.isTimeMajor() ? inputs : Layout.exchange(tf, cell.inputSize(), inputs);
    if (rows.isPresent()) {
      x = rows.get().padding().clear(tf, "inputs", rows.get().inside(), cell.inputSize(), x);
    }
    S state = Layout.initialState(scope, cell, options, sizes.batch());
    var result = loop(x, state, sizes, rows.map(Rows::padding));
    var outputs = result.outputs();
    if (rows.isPresent()) {
      outputs =
          rows.get().padding().clear(tf, "output", rows.get().inside(), cell.outputSize(), outputs);
    }
    if (!options.isTimeMajor()) {
      outputs = Layout.exchange(tf, cell.outputSize(), outputs);
    }
    return new RnnResult<>(outputs, result.carry(), use);
  }

  private RnnResult<Y, S> wholeLayers(X inputs, Sizes sizes, EngineUse use) {
    var lengths =
        options
            .lengths()
            .map(
                given ->
                    Padding.of(tf, scope.name(), given, sizes.batch(), sizes.known().get(1))
                        .lengths());
    var x = options.isTimeMajor() ? inputs : Layout.exchange(tf, cell.inputSize(), inputs);
    var layers =
        new WholeLayers(
            use.engine(), lengths, direction == Direction.BACKWARD, options.loop().recompute());
    var initial = Layout.initialState(scope, cell, options, sizes.batch());
    var result = layers.run(scope, cell, x, initial);
    var outputs =
        options.isTimeMajor()
            ? result.outputs()
            : Layout.exchange(tf, cell.outputSize(), result.outputs());
    return new RnnResult<>(outputs, result.state(), use);
  }

  private Sizes sizes(List<Operand<?>> parts) {
    var names = Layout.names("inputs", cell.inputSize());
    var order = Layout.order(options.isTimeMajor());
    var known = Layout.require(scope.name(), names, parts, order);
    int time = options.isTimeMajor() ? 0 : 1;
    return new Sizes(
        Shape.of(known.get(time), known.get(1 - time)),
        Layout.size(tf, parts, known, time),
        Layout.size(tf, parts, known, 1 - time));
  }

  private Rows rows(Operand<? extends TIntegral> lengths, Sizes sizes) {
    var padding = Padding.of(tf, scope.name(), lengths, sizes.batch(), sizes.known().get(1));
    return new Rows(padding, padding.inside(tf, sizes.time()));
  }

  /** A step from an input of any form. */
  @FunctionalInterface
  private interface StepOf<P, Y, S> {
    Step<Y, S> apply(Ops tf, P input, S state);
  }

  private Scan.Result<S, Y> loop(X x, S state, Sizes sizes, Optional<Padding> padding) {
    if (cell instanceof HasProjection<?, ?, ?>) {
      @SuppressWarnings(
          "unchecked") // T stands for the type of the output, which nothing here asks for
      var projecting = (HasProjection<X, TFloat32, S>) cell;
      var projection = projecting.project(scope, flat(x, sizes));
      var projected = unflat(projection.inputs(), sizes);
      @SuppressWarnings("unchecked") // such a cell gives one tensor
      StepOf<Operand<TFloat32>, Y, S> step =
          (ops, p, s) -> (Step<Y, S>) projection.recurrence().step(ops, p, s);
      return scan(Structure.tensor(), projected, state, sizes, padding, step);
    }
    return scan(
        cell.inputSize(),
        x,
        state,
        sizes,
        padding,
        (ops, xt, s) -> cell.step(scope.withOps(ops), xt, s));
  }

  private <P> Scan.Result<S, Y> scan(
      Structure<P> structure,
      P sequences,
      S initial,
      Sizes sizes,
      Optional<Padding> padding,
      StepOf<P, Y, S> step) {
    var scan =
        Scan.carrying(tf, cell.stateSize(), initial)
            .named(scope.name())
            .over(structure, sequences)
            .batch(sizes.batch())
            .options(any -> loopOptions());
    if (padding.isPresent()) {
      scan = scan.steps(padding.get().longest(tf, sizes.time()));
    }
    if (direction == Direction.BACKWARD) {
      scan = scan.reverse();
    }
    return scan.run(
        cell.outputSize(),
        (body, state, x) -> {
          var next = step.apply(body.tf(), x, state);
          S kept =
              padding.isEmpty()
                  ? next.state()
                  : padding
                      .get()
                      .hold(tf, body.tf(), body.position(), cell.stateSize(), next.state(), state);
          return new Scan.Next<>(kept, next.output());
        });
  }

  /** A part of the state that is no batch must not be taken for one. */
  private ScanOptions loopOptions() {
    boolean shared = cell.stateSize().leaves().stream().anyMatch(DynamicRnn::hasSizesOfItsOwn);
    return shared ? options.loop().withIndependentRows() : options.loop();
  }

  private static boolean hasSizesOfItsOwn(Leaf leaf) {
    return !leaf.batched() && leaf.shape().numDimensions() != 0;
  }

  private X flat(X inputs, Sizes sizes) {
    var parts = new ArrayList<Operand<?>>();
    for (var part : cell.inputSize().flatten(inputs)) {
      parts.add(joined(part, sizes));
    }
    return cell.inputSize().pack(parts);
  }

  /** {@code [time, batch, depth...]} as {@code [time * batch, depth...]}. */
  private <T extends TType> Operand<T> joined(Operand<T> x, Sizes sizes) {
    var shape = new ArrayList<Operand<TInt32>>();
    shape.add(
        sizes.known().hasUnknownDimension()
            ? tf.math.mul(sizes.time(), sizes.batch())
            : tf.constant((int) sizes.known().size()));
    return reshape(x, shape, 2);
  }

  private <T extends TType> Operand<T> unflat(Operand<T> rows, Sizes sizes) {
    return reshape(rows, new ArrayList<>(List.of(sizes.time(), sizes.batch())), 1);
  }

  /** Reshapes to {@code shape} and the dimensions of {@code value} from {@code depth} on. */
  private <T extends TType> Operand<T> reshape(
      Operand<T> value, List<Operand<TInt32>> shape, int depth) {
    for (int i = depth; i < value.shape().numDimensions(); i++) {
      shape.add(tf.constant((int) value.shape().get(i)));
    }
    return tf.reshape(value, tf.stack(shape));
  }
}

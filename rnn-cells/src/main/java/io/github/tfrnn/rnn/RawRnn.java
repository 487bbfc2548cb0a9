package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.ScanOptions;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;

/**
 * Runs a cell in a loop that a function steers: from what a step left, it makes the input of the
 * next one and says which rows are finished. Decoders that read their own outputs are such loops.
 *
 * <pre>{@code
 * while (!all(finished)) {
 *   output, state' = cell(input, state)
 *   time = time + 1
 *   over, input, state', emit, loopState = loop(time, output, state', loopState)
 *   outputs[time - 1] = finished ? 0 : emit         // for each row
 *   state             = finished ? state : state'
 *   finished          = finished or over
 * }
 * }</pre>
 *
 * <p>Nobody needs to know the number of steps while the graph is built, and the loop is trained
 * through as all others. A row that is finished gives zeros and keeps its state. The loop state is
 * the function's own: it is never masked. Where it must grow, its {@link Leaf} leaves a size open;
 * each step then copies it, so that collecting by emitting is cheaper.
 *
 * <p>A sequence that the function reads step by step gets its gradient summed up in its full size
 * at each step. Where that gradient is wanted for long sequences, {@link Rnn#dynamicRnn} is faster.
 *
 * <p>In TensorFlow 1.15 the loop function is called once with nothing, to begin; here the beginning
 * is given, and structures are declared. Unlike there, the cell gets zeros as the input of a row
 * that is finished, so that NaN in a padding hurts no gradient.
 *
 * @param <X> the input of the cell
 * @param <Y> its output
 * @param <S> its state
 * @param <E> what is collected
 * @param <L> the loop state
 */
public final class RawRnn<X, Y, S, E, L> {
  private final VariableScope scope;
  private final RnnCell<X, Y, S> cell;
  private final Running<X, S, L> first;
  private final Structure<E> emits;
  private final Structure<L> loopStates;
  private final RnnOptions<S> options;

  private RawRnn(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      Running<X, S, L> first,
      Structure<E> emits,
      Structure<L> loopStates,
      RnnOptions<S> options) {
    this.scope = scope;
    this.cell = cell;
    this.first = first;
    this.emits = emits;
    this.loopStates = loopStates;
    this.options = options;
  }

  static <X, Y, S> RawRnn<X, Y, S, Y, List<Operand<?>>> of(
      VariableScope scope, RnnCell<X, Y, S> cell, Operand<TBool> finished, X input, S state) {
    return new RawRnn<>(
        scope,
        cell,
        new Running<>(finished, input, state, List.of()),
        cell.outputSize(),
        Structure.none(),
        RnnOptions.defaults());
  }

  /** What goes from step to step. */
  private record Running<X, S, L>(Operand<TBool> finished, X input, S state, L loopState) {}

  /**
   * What a step left behind.
   *
   * @param time how many steps were taken, a scalar: at least 1, and the index of the step whose
   *     input is asked for
   * @param output of the cell
   * @param state of the cell, after the step
   * @param loopState as the step before left it
   */
  public record After<Y, S, L>(Operand<TInt32> time, Y output, S state, L loopState) {

    /** Goes on with the state of the cell, emits its output and keeps the loop state. */
    public <X> Next<X, S, Y, L> next(Operand<TBool> finished, X input) {
      return new Next<>(finished, input, state, output, loopState);
    }
  }

  /**
   * What the loop function says.
   *
   * @param finished {@code [batch]}: rows that take no further step. A row that was finished stays
   *     so
   * @param input of the next step, ignored in rows that are finished
   * @param state for the next step; most often that of the cell
   * @param emit what is collected of this step
   * @param loopState for the next call
   */
  public record Next<X, S, E, L>(Operand<TBool> finished, X input, S state, E emit, L loopState) {

    /** Returns this with another state. */
    public Next<X, S, E, L> withState(S other) {
      return new Next<>(finished, input, other, emit, loopState);
    }

    /** Returns this emitting something else. */
    public <D> Next<X, S, D, L> emitting(D other) {
      return new Next<>(finished, input, state, other, loopState);
    }

    /** Returns this with another loop state. */
    public Next<X, S, E, L> withLoopState(L other) {
      return new Next<>(finished, input, state, emit, other);
    }
  }

  /** Steers the loop; traced once. */
  @FunctionalInterface
  public interface Loop<X, Y, S, E, L> {
    /**
     * Emits the ops between two steps.
     *
     * @param scope the scope of the driver, whose ops are those of the loop's body
     */
    Next<X, S, E, L> apply(VariableScope scope, After<Y, S, L> after);
  }

  /**
   * What the loop gives.
   *
   * @param outputs what was emitted, each {@code [steps, batch, ...]}
   * @param state the last state of each row
   * @param loopState after the last step
   * @param steps how many steps were taken, a scalar
   */
  public record Result<E, S, L>(E outputs, S state, L loopState, Operand<TInt32> steps) {}

  /**
   * Returns the loop collecting something else than the output of the cell.
   *
   * @param structure of what is emitted; shapes are those of one row, and should be known
   */
  public <D> RawRnn<X, Y, S, D, L> emitting(Structure<D> structure) {
    return new RawRnn<>(scope, cell, first, structure, loopStates, options);
  }

  /**
   * Returns the loop with a state that is the function's own.
   *
   * @param structure a part whose leaf has an unknown size (-1) may change it from step to step
   * @param initial what the first call gets
   */
  public <M> RawRnn<X, Y, S, E, M> loopState(Structure<M> structure, M initial) {
    var begin = new Running<>(first.finished(), first.input(), first.state(), initial);
    return new RawRnn<>(scope, cell, begin, emits, structure, options);
  }

  /** Returns the loop with other options: the name of the scope, and those of the loop. */
  public RawRnn<X, Y, S, E, L> options(UnaryOperator<RnnOptions<S>> change) {
    return new RawRnn<>(scope, cell, first, emits, loopStates, change.apply(options));
  }

  /**
   * Adds the loop to the graph.
   *
   * @param loop called once, now
   * @return of no step, outputs of length 0 and what the loop began with
   * @throws IllegalArgumentException if an option is one that the loop function stands for; if
   *     finished is no vector; if inputs or states are not of as many rows; if a step changes the
   *     shape of its input or state; if they do not fit the cell
   */
  public Result<E, S, L> run(Loop<X, Y, S, E, L> loop) {
    var own = scope.scope(options.scope());
    requireOptions(own.name());
    long batch = requireRows(own.name(), first.finished(), first.input(), first.state(), -1);
    var result =
        Scan.carrying(own.tf(), running(), first)
            .named(own.name())
            .options(any -> loopOptions())
            .beginIf(someGo(own.tf(), first.finished()))
            .run(
                emits,
                (body, running, none) ->
                    step(own.withOps(body.tf()), body.position(), running, loop, batch));
    return new Result<>(
        result.outputs(), result.carry().state(), result.carry().loopState(), result.steps());
  }

  private Scan.Next<Running<X, S, L>, E> step(
      VariableScope inner,
      Operand<TInt32> position,
      Running<X, S, L> running,
      Loop<X, Y, S, E, L> loop,
      long batch) {
    var tf = inner.tf();
    String who = inner.name();
    var going = tf.math.logicalNot(running.finished());
    var input = RowMask.clear(tf, who + ": input", going, cell.inputSize(), running.input());
    var step = cell.step(inner, input, running.state());
    var time = tf.math.add(position, tf.constant(1));
    var next =
        loop.apply(inner, new After<>(time, step.output(), step.state(), running.loopState()));
    requireRows(who, next.finished(), next.input(), next.state(), batch);
    var state =
        RowMask.choose(
            tf,
            who + ": state",
            rank -> RowMask.expand(tf, going, rank),
            cell.stateSize(),
            next.state(),
            running.state());
    var emit = RowMask.clear(tf, who + ": emit", going, emits, next.emit());
    var finished = tf.math.logicalOr(running.finished(), next.finished());
    return new Scan.Next<>(new Running<>(finished, next.input(), state, next.loopState()), emit)
        .whileTrue(someGo(tf, finished));
  }

  private static Operand<TBool> someGo(Ops tf, Operand<TBool> finished) {
    return tf.math.logicalNot(tf.reduceAll(finished, tf.constant(0)));
  }

  private void requireOptions(String who) {
    if (options.lengths().isPresent() || options.state().isPresent() || options.isTimeMajor()) {
      throw new IllegalArgumentException(
          who
              + ": options must be those of a loop that a function steers, got sequenceLength,"
              + " initialState or timeMajor. Lengths are what the function makes finished of.");
    }
  }

  /** Checks what has rows; returns their number, or -1 where it is unknown. */
  private long requireRows(String who, Operand<TBool> finished, X input, S state, long batch) {
    var shape = finished.shape();
    if (!shape.isCompatibleWith(Shape.of(batch))) {
      throw new IllegalArgumentException(
          who
              + ": finished must be a vector with one flag for each row, "
              + Shapes.text(Shape.of(batch))
              + ", got shape "
              + Shapes.text(shape));
    }
    long rows = batch >= 0 || shape.isUnknown() ? batch : shape.get(0);
    requireRows(who, "input", cell.inputSize(), input, rows);
    requireRows(who, "state", cell.stateSize(), state, rows);
    return rows;
  }

  private static <V> void requireRows(
      String who, String what, Structure<V> structure, V value, long batch) {
    var parts = structure.flatten(value);
    for (int i = 0; i < parts.size(); i++) {
      var leaf = structure.leaves().get(i).under(what);
      var shape = parts.get(i).shape();
      boolean fits =
          !leaf.batched()
              || shape.isUnknown()
              || (shape.numDimensions() > 0 && shape.take(1).isCompatibleWith(Shape.of(batch)));
      if (!fits) {
        throw new IllegalArgumentException(
            who
                + ": "
                + leaf.name()
                + " must have a row for each flag of finished, "
                + Shapes.text(Shape.of(batch).append(-1))
                + ", got "
                + Shapes.text(shape));
      }
    }
  }

  /** A part that is no batch must not be taken for one. */
  private ScanOptions loopOptions() {
    boolean shared =
        Stream.concat(cell.stateSize().leaves().stream(), loopStates.leaves().stream())
            .allMatch(RawRnn::isRowsOrScalar);
    return shared ? options.loop() : options.loop().withIndependentRows();
  }

  private static boolean isRowsOrScalar(Leaf leaf) {
    var shape = leaf.shape();
    return !shape.isUnknown() && (leaf.batched() || shape.numDimensions() == 0);
  }

  @SuppressWarnings("unchecked") // the first part is that of finished
  private Structure<Running<X, S, L>> running() {
    var inputs = cell.inputSize();
    var states = cell.stateSize();
    int input = 1;
    int state = input + inputs.leaves().size();
    int loopState = state + states.leaves().size();
    int end = loopState + loopStates.leaves().size();
    return Structure.of(
        Stream.of(
                Stream.of(Leaf.of("finished", TBool.class, Shape.scalar())),
                inputs.leaves().stream().map(leaf -> leaf.under("input")),
                states.leaves().stream().map(leaf -> leaf.under("state")),
                loopStates.leaves().stream().map(leaf -> leaf.under("loop state")))
            .flatMap(leaves -> leaves)
            .toList(),
        running ->
            Stream.of(
                    Stream.<Operand<?>>of(running.finished()),
                    inputs.flatten(running.input()).stream(),
                    states.flatten(running.state()).stream(),
                    loopStates.flatten(running.loopState()).stream())
                .flatMap(parts -> parts)
                .toList(),
        parts ->
            new Running<>(
                (Operand<TBool>) parts.get(0),
                inputs.pack(parts.subList(input, state)),
                states.pack(parts.subList(state, loopState)),
                loopStates.pack(parts.subList(loopState, end))));
  }
}

package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.VariableScope;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tensorflow.op.Ops;

/**
 * The variable scope that a cell takes at its first step and keeps: how one cell object shares its
 * weights between all its steps.
 *
 * <p>The first use enters a scope inside the one given, under the cell's default name made unique
 * there: {@code basic_lstm_cell}, {@code basic_lstm_cell_1}. From the second use on the weights
 * made there are handed out, from wherever the cell is called. A cell of one's own holds one:
 *
 * <pre>{@code
 * private final CellScope weights = CellScope.named("decay_cell");
 * ...
 * var rate = weights.within(scope, own -> own.variable("rate", Shape.of(units), type));
 * }</pre>
 *
 * <p>Source: {@code tf.layers.Layer} of TensorFlow 1.15, which captures a variable scope at its
 * first call and then always reuses it.
 */
public final class CellScope {
  private final String name;
  private final Reuse reuse;
  private @Nullable VariableScope own;
  private boolean made;

  private CellScope(String name, Reuse reuse) {
    if (name.isEmpty() || name.contains("/")) {
      throw new IllegalArgumentException(
          "cell: name must be one name without a slash, got \"" + name + "\"");
    }
    this.name = name;
    this.reuse = reuse;
  }

  /**
   * Returns the scope of a new cell.
   *
   * @param name the default name of the scope; siblings get {@code name_1}, {@code name_2}
   * @throws IllegalArgumentException if {@code name} is empty or holds a slash
   */
  public static CellScope named(String name) {
    return new CellScope(name, Reuse.NEVER);
  }

  /**
   * Returns the scope of a new cell that shares the weights of another one: with {@link
   * Reuse#ALWAYS} or {@link Reuse#AUTO} exactly {@code name} is entered, and what it holds handed
   * out. {@link Reuse#NEVER} is the same as {@link #named}.
   */
  public static CellScope named(String name, Reuse reuse) {
    return new CellScope(name, reuse);
  }

  /**
   * Makes or hands out the weights of the cell.
   *
   * @param scope the scope that the step was given
   * @param build gets the scope of the cell, whose ops are those of {@code scope}; if it fails at
   *     the first use, the next one makes the weights
   * @return what {@code build} returns
   * @throws IllegalStateException if the weights are in another graph
   */
  public <R> R within(VariableScope scope, Function<VariableScope, R> build) {
    var result = build.apply(enter(scope));
    made();
    return result;
  }

  /**
   * Returns the scope of something that has none of its own: it takes the one that its first step
   * was given.
   */
  static CellScope here() {
    return new CellScope();
  }

  private CellScope() {
    name = "";
    reuse = Reuse.NEVER;
  }

  /** The scope of the cell, which makes weights until {@link #made()} is called. */
  VariableScope enter(VariableScope scope) {
    if (own == null) {
      var entered = first(scope);
      own = entered.withOps(Ops.create(scope.graph())); // the ops of a loop body do not last
      return entered;
    }
    if (own.graph() != scope.graph()) {
      throw new IllegalStateException(
          own.name()
              + ": cell must stay in the graph that holds its weights, got a scope of another"
              + " graph. Make a new cell for that graph.");
    }
    var inside = own.withOps(name.isEmpty() ? scope.tf() : scope.tf().withSubScope(name));
    return made ? inside.withReuse(Reuse.ALWAYS) : inside;
  }

  private VariableScope first(VariableScope scope) {
    if (name.isEmpty()) {
      return scope;
    }
    return reuse == Reuse.NEVER ? scope.uniqueScope(name) : scope.scope(name).withReuse(reuse);
  }

  /** Says that all weights are made: from now on they are handed out. */
  void made() {
    made = true;
  }

  @Override
  public String toString() {
    return own == null ? name : own.name();
  }
}

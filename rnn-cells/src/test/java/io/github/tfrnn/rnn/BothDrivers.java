package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TIntegral;

/**
 * One cell run by both drivers over the same inputs from the same initial state, in one graph:
 * three steps, three rows of width two. Both use the same variables.
 */
final class BothDrivers<S> implements AutoCloseable {
  static final int TIME = 3;
  static final int BATCH = 3;
  static final int DEPTH = 2;

  /** Which results a loss is made of. */
  enum Used {
    ALL,
    OUTPUTS,
    STATE,
    ONE_STATE_PART
  }

  final TestGraph test;
  final Operand<TFloat64> x;
  final List<Operand<TFloat64>> initial = new ArrayList<>();
  final Results stepped;
  final Results looped;

  /** The results of one driver; outputs are {@code [batch, time, width]}. */
  record Results(Operand<TFloat64> outputs, List<Operand<TFloat64>> state) {
    List<Operand<TFloat64>> used(Used used) {
      var results = new ArrayList<Operand<TFloat64>>();
      if (used == Used.ALL || used == Used.OUTPUTS) {
        results.add(outputs);
      }
      if (used == Used.ALL || used == Used.STATE) {
        results.addAll(state);
      }
      if (used == Used.ONE_STATE_PART) {
        results.add(state.get(0));
      }
      return results;
    }
  }

  /**
   * @param x {@code [batch, time, depth]}
   * @param options of both drivers
   * @param loopOptions of the dynamic one
   */
  BothDrivers(
      TestGraph test,
      TensorCell<TFloat64, S> cell,
      Operand<TFloat64> x,
      UnaryOperator<RnnOptions<S>> options,
      UnaryOperator<RnnOptions<S>> loopOptions) {
    this.test = test;
    this.x = x;
    for (var leaf : cell.stateSize().leaves()) {
      var shape = leaf.withBatch(BATCH);
      initial.add(test.random64(shape, shape));
    }
    var state = cell.stateSize().pack(initial);
    var tf = test.tf();
    var steps = tf.unstack(x, (long) TIME, Unstack.axis(1L)).output();
    var unrolled =
        Rnn.staticRnn(test.scope(), cell, steps, o -> options.apply(o).initialState(state));
    var loop =
        Rnn.dynamicRnn(
            test.scope(), cell, x, o -> loopOptions.apply(options.apply(o)).initialState(state));
    stepped =
        new Results(
            tf.stack(unrolled.outputs(), Stack.axis(1L)),
            typed(cell.stateSize().flatten(unrolled.state())));
    looped = new Results(loop.outputs(), typed(cell.stateSize().flatten(loop.state())));
  }

  /** Random inputs, of which row r is used up to {@code lengths[r]}. */
  static Operand<TFloat64> inputs(TestGraph test) {
    return test.random64(Shape.of(BATCH, TIME, DEPTH), Shape.of(BATCH, TIME, DEPTH));
  }

  /** The options for these lengths; for none, those of whole rows. */
  static <S> UnaryOperator<RnnOptions<S>> lengths(Operand<? extends TIntegral> lengths) {
    return options -> options.sequenceLength(lengths);
  }

  Operand<TFloat64> loss(Results results, Used used) {
    var terms = new ArrayList<Operand<TFloat64>>();
    for (var part : results.used(used)) {
      terms.add(test.weigh(part, terms.size()));
    }
    return test.total(terms);
  }

  /** Inputs, parts of the initial state, variables. */
  List<Operand<TFloat64>> sources() {
    var sources = new ArrayList<Operand<TFloat64>>();
    sources.add(x);
    sources.addAll(initial);
    test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
    return sources;
  }

  /** All results of a driver, and the gradients of losses made of some of them, by name. */
  Map<String, Operand<?>> everything(Results results) {
    var all = new LinkedHashMap<String, Operand<?>>();
    for (var result : results.used(Used.ALL)) {
      all.put("result " + all.size(), result);
    }
    for (var used : Used.values()) {
      var sources = sources();
      var gradients = Gradients.of(loss(results, used), sources);
      for (int i = 0; i < sources.size(); i++) {
        all.put("gradient of " + sources.get(i).op().name() + ", used " + used, gradients.get(i));
      }
    }
    return all;
  }

  private static List<Operand<TFloat64>> typed(List<Operand<?>> parts) {
    var typed = new ArrayList<Operand<TFloat64>>();
    for (var part : parts) {
      typed.add(typed(part));
    }
    return typed;
  }

  @SuppressWarnings("unchecked") // all states here are of this type
  private static Operand<TFloat64> typed(Operand<?> part) {
    return (Operand<TFloat64>) part;
  }

  @Override
  public void close() {
    test.close();
  }
}

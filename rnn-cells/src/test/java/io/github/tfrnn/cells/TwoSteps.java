package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

/**
 * Two steps of a cell for two rows of width three, in the scope {@code root} of a graph of their
 * own. All numbers are waves: weight v starts at {@code 10 v + 1}, the input of step t at {@code
 * 100 + 20 t}, part p of the state at {@code 300 + 20 p}.
 */
final class TwoSteps<S> implements AutoCloseable {
  static final int BATCH = 2;
  static final int DEPTH = 3;

  final TestGraph test = new TestGraph();
  final VariableScope scope = test.scope().scope("root");
  final List<Operand<TFloat64>> inputs = new ArrayList<>();
  final List<Operand<TFloat64>> initial = new ArrayList<>();
  final List<Operand<TFloat64>> outputs = new ArrayList<>();
  final List<Operand<TFloat64>> last = new ArrayList<>();
  final List<Operand<TFloat64>> weights = new ArrayList<>();

  TwoSteps(TensorCell<TFloat64, S> cell) {
    inputs.add(wave(DEPTH, 100));
    inputs.add(wave(DEPTH, 120));
    for (var leaf : cell.stateSize().leaves()) {
      initial.add(wave(leaf.shape().get(0), 300 + 20 * initial.size()));
    }
    var state = cell.stateSize().pack(initial);
    for (var x : inputs) {
      var step = cell.step(scope, x, state);
      outputs.add(step.output());
      state = step.state();
    }
    cell.stateSize().flatten(state).forEach(part -> last.add(typed(part)));
    feedWeights(scope);
  }

  private Operand<TFloat64> wave(long width, double start) {
    var shape = Shape.of(BATCH, width);
    return test.feed64(shape, shape, Wave.of(start, shape.size()));
  }

  private void feedWeights(VariableScope scope) {
    for (var variable : scope.variables()) {
      var numbers = Wave.of(10 * weights.size() + 1, variable.shape().size());
      test.refeed(variable.value(), TFloat64.tensorOf(variable.shape(), DataBuffers.of(numbers)));
      weights.add(variable.value(TFloat64.class));
    }
  }

  /** The output of the second step and the parts of the state after it. */
  List<Operand<TFloat64>> results() {
    var results = new ArrayList<Operand<TFloat64>>();
    results.add(outputs.get(1));
    results.addAll(last);
    return results;
  }

  /** The elements of {@link #results()}, one after the other. */
  double[] numbers() {
    return flat(test.values(results()));
  }

  /** The rows of the first step of each product, and those of the second. */
  static List<List<Operand<TFloat64>>> halves(Ops tf, List<Operand<TFloat64>> products) {
    var first = new ArrayList<Operand<TFloat64>>();
    var second = new ArrayList<Operand<TFloat64>>();
    for (var product : products) {
      var rows = tf.split(tf.constant(0), product, 2L).output();
      first.add(rows.get(0));
      second.add(rows.get(1));
    }
    return List.of(first, second);
  }

  static double[] flat(List<double[]> arrays) {
    return arrays.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /** What is fed for {@code operand}, as a matrix; a vector is a single row. */
  Matrix matrix(Operand<TFloat64> operand) {
    return matrix(test, operand);
  }

  /** As the other one, for any graph. */
  static Matrix matrix(TestGraph test, Operand<TFloat64> operand) {
    var fed = test.fed(operand);
    boolean vector = fed.shape().numDimensions() == 1;
    return new Matrix(
        vector ? 1 : (int) fed.shape().get(0),
        (int) fed.shape().get(vector ? 0 : 1),
        TestGraph.elements(fed));
  }

  @SuppressWarnings("unchecked") // all parts of the states here are of this type
  static Operand<TFloat64> typed(Operand<?> part) {
    return (Operand<TFloat64>) part;
  }

  @Override
  public void close() {
    test.close();
  }
}

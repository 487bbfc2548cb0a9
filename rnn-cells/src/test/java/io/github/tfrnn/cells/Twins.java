package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/**
 * Two steps of a cell made of one op and of the composed cell it stands for, in double precision,
 * from the same inputs, states and weights.
 */
final class Twins<T extends TFloating> implements AutoCloseable {
  static final int BATCH = 2;
  static final int DEPTH = 3;

  final TestGraph test = new TestGraph();

  /** x of both steps and the parts of the state, all fed. */
  final List<Operand<TFloat64>> sources = new ArrayList<>();

  final Side<T> block;
  final Side<TFloat64> composed;

  /** The results of one of them, in double precision, and its variables by name. */
  record Side<T extends TFloating>(
      List<Operand<TFloat64>> results, Map<String, Operand<T>> weights) {}

  /**
   * @param twinName from the name of a variable of the block cell to that of the composed one
   */
  <S, C> Twins(
      TensorCell<T, S> block, TensorCell<TFloat64, C> composed, UnaryOperator<String> twinName) {
    sources.add(test.feed64(shape(DEPTH), shape(DEPTH), Wave.of(100, (long) BATCH * DEPTH)));
    sources.add(test.feed64(shape(DEPTH), shape(DEPTH), Wave.of(120, (long) BATCH * DEPTH)));
    for (var leaf : composed.stateSize().leaves()) {
      var shape = shape(leaf.shape().get(0));
      sources.add(test.feed64(shape, shape, Wave.of(300 + 20.0 * sources.size(), shape.size())));
    }
    this.block = run(block, "block");
    this.composed = run(composed, "composed");
    feed(twinName);
  }

  private static Shape shape(long width) {
    return Shape.of(BATCH, width);
  }

  private <U extends TFloating, S> Side<U> run(TensorCell<U, S> cell, String name) {
    var scope = test.scope().scope(name);
    List<Operand<U>> typed = new ArrayList<>();
    sources.forEach(source -> typed.add(test.tf().dtypes.cast(source, cell.type())));
    var state = cell.stateSize().pack(typed.subList(2, typed.size()));
    var first = cell.step(scope, typed.get(0), state);
    var second = cell.step(scope, typed.get(1), first.state());
    var results = new ArrayList<Operand<TFloat64>>();
    results.add(test.tf().dtypes.cast(first.output(), TFloat64.class));
    results.add(test.tf().dtypes.cast(second.output(), TFloat64.class));
    cell.stateSize()
        .flatten(second.state())
        .forEach(part -> results.add(test.tf().dtypes.cast(part, TFloat64.class)));
    return new Side<>(results, weights(scope, cell.type()));
  }

  private static <U extends TFloating> Map<String, Operand<U>> weights(
      VariableScope scope, Class<U> type) {
    var weights = new LinkedHashMap<String, Operand<U>>();
    for (var variable : scope.variables()) {
      String cell = variable.name().substring(scope.name().length() + 1);
      weights.put(cell.substring(cell.indexOf('/') + 1), variable.value(type));
    }
    return weights;
  }

  /** Feeds the variables of the block cell, and their twins the same numbers. */
  private void feed(UnaryOperator<String> twinName) {
    int index = 0;
    for (var entry : block.weights().entrySet()) {
      var shape = entry.getValue().shape();
      double[] wave = Wave.of(10.0 * index++ + 1, shape.size());
      var twin = composed.weights().get(twinName.apply(entry.getKey()));
      test.refeed(twin, TFloat64.tensorOf(shape, DataBuffers.of(wave)));
      test.refeed(entry.getValue(), narrow(shape, wave));
    }
  }

  private static TFloat32 narrow(Shape shape, double[] numbers) {
    var floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(floats));
  }

  /** Results, then the gradients of a loss of them all in the sources and in the weights. */
  List<double[]> numbers(Side<?> side, List<String> weightNames) {
    var terms = new ArrayList<Operand<TFloat64>>();
    side.results().forEach(result -> terms.add(test.weigh(result, terms.size())));
    List<Operand<?>> xs = new ArrayList<>(sources);
    weightNames.forEach(name -> xs.add(side.weights().get(name)));
    List<Operand<?>> fetches = new ArrayList<>(side.results());
    fetches.addAll(Gradients.of(test.total(terms), xs));
    return test.values(fetches);
  }

  @Override
  public void close() {
    test.close();
  }
}

package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat64;

/**
 * Two steps of a Neural Turing Machine for two rows of width three: the first row begins, the
 * second one goes on from a given state. All numbers are fed.
 */
final class NtmSteps implements AutoCloseable {
  static final int PLACES = 5;
  static final int WIDTH = 3;
  static final int UNITS = 4;
  static final int OUTPUTS = 2;
  static final double CLIP = 0.45; // reached by some of the numbers

  final TestGraph test = new TestGraph();
  final VariableScope scope = test.scope().scope("root");
  final List<Operand<TFloat64>> inputs = new ArrayList<>();
  final List<Operand<TFloat64>> initial = new ArrayList<>();
  final List<Operand<TFloat64>> weights = new ArrayList<>();
  final List<Operand<TFloat64>> outputs = new ArrayList<>();
  final List<Operand<TFloat64>> last = new ArrayList<>();
  final Operand<?> time;

  static NtmCell<TFloat64, Operand<TFloat64>> cell(double clip) {
    return NtmCell.builder(BasicRnnCell.builder(TFloat64.class, UNITS).build(), PLACES, WIDTH)
        .readHeads(2)
        .outputs(OUTPUTS)
        .clip(clip)
        .build();
  }

  static PlainNtm plain(double clip) {
    return new PlainNtm(PLACES, WIDTH, 2, 1, 1, clip);
  }

  NtmSteps(double clip) {
    var cell = cell(clip);
    inputs.add(test.random64(Shape.of(2, 3), Shape.of(2, 3)));
    inputs.add(test.random64(Shape.of(2, 3), Shape.of(2, 3)));
    var parts = new ArrayList<Operand<?>>();
    for (var leaf : cell.stateSize().leaves()) {
      if (leaf.name().equals("time")) {
        parts.add(test.feedInts(0, 7));
      } else {
        initial.add(positive(leaf.withBatch(2)));
        parts.add(initial.get(initial.size() - 1));
      }
    }
    var state = cell.stateSize().pack(parts);
    for (var x : inputs) {
      var step = cell.step(scope, x, state);
      outputs.add(step.output());
      state = step.state();
    }
    time = state.time();
    var flat = cell.stateSize().flatten(state);
    flat.subList(0, flat.size() - 1).forEach(part -> last.add(TwoSteps.typed(part)));
    for (var variable : scope.variables()) {
      var numbers = DataBuffers.of(test.random((int) variable.shape().size()));
      test.refeed(variable.value(), TFloat64.tensorOf(variable.shape(), numbers));
      weights.add(variable.value(TFloat64.class));
    }
  }

  /** Positive numbers, as weights of places are, whose powers then exist. */
  private Operand<TFloat64> positive(Shape shape) {
    var numbers = test.random((int) shape.size());
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.abs(numbers[i]);
    }
    return test.feed64(shape, shape, numbers);
  }

  /** The state of a row before the first step. */
  PlainNtm.Row row(int row) {
    var parts = initial.stream().map(part -> row(part, row)).toList();
    var memory = new Matrix(PLACES, WIDTH, parts.get(6).elements());
    return new PlainNtm.Row(
        parts.get(0), parts.subList(1, 3), parts.subList(3, 6), memory, row == 0 ? 0 : 7);
  }

  /** What is fed for a row. */
  Matrix row(Operand<?> fed, int row) {
    var elements = half(TestGraph.elements(test.fed(fed)), row);
    return new Matrix(1, elements.length, elements);
  }

  /** The first or the second half of the elements. */
  static double[] half(double[] elements, int row) {
    int size = elements.length / 2;
    return Arrays.copyOfRange(elements, row * size, (row + 1) * size);
  }

  @Override
  public void close() {
    test.close();
  }
}

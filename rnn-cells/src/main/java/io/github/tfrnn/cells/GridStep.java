package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * How a {@link GridRnnCell} runs its dimensions, once they have their input.
 *
 * @param tied whether dimensions share weights
 * @param function of the non-recurrent dimensions
 * @param cells one for each dimension, also where it is not used
 */
record GridStep<T extends TFloating, S>(
    Class<T> type,
    int units,
    GridDimensions dimensions,
    boolean tied,
    Activation<T> function,
    List<TensorCell<T, S>> cells) {

  /** Whether the cells have a memory c beside h. */
  boolean hasMemory() {
    return cells.get(0).stateSize().leaves().size() == 2;
  }

  /**
   * Runs the dimensions.
   *
   * @param own the scope of the grid
   * @param products for each dimension of the input h, and c if it has one; empty without an input
   * @param states for each recurrent dimension
   */
  Step<Operand<T>, List<S>> next(VariableScope own, List<Operand<T>> products, List<S> states) {
    var h = new HashMap<Integer, Operand<T>>();
    var c = new HashMap<Integer, Operand<T>>();
    begin(products, states, h, c);
    var next = new HashMap<Integer, S>();
    var connections = new HashMap<String, Linear<T>>();
    for (var group : dimensions.groups()) {
      var seen = Map.copyOf(h);
      for (int d : group) {
        var last = at(seen, dimensions.count() - 1);
        var others = others(own.tf(), seen);
        if (dimensions.isRecurrent(d)) {
          var state = hasMemory() ? List.of(at(c, d), last) : List.of(last);
          var cell = cells.get(d);
          var step =
              cell.step(own.scope(place("recurrent", d)), others, cell.stateSize().pack(state));
          h.put(d, step.output());
          next.put(d, step.state());
        } else {
          var connected =
              connections.computeIfAbsent(
                  place("non_recurrent", d), place -> connection(own.scope(place)));
          h.put(d, function.apply(own.tf(), connected.of(own.tf(), others, last)));
        }
      }
    }
    return new Step<>(output(own.tf(), h), dimensions.recurrent().stream().map(next::get).toList());
  }

  /** Fills in what the dimensions begin with: the state, and the input in place of it. */
  private void begin(
      List<Operand<T>> products,
      List<S> states,
      Map<Integer, Operand<T>> h,
      Map<Integer, Operand<T>> c) {
    for (int k = 0; k < states.size(); k++) {
      int d = dimensions.recurrent().get(k);
      var parts = cells.get(d).stateSize().flatten(states.get(k));
      h.put(d, typed(parts.get(parts.size() - 1)));
      c.put(d, typed(parts.get(0)));
    }
    var product = products.iterator();
    for (int d : products.isEmpty() ? List.<Integer>of() : dimensions.inputs()) {
      h.put(d, product.next());
      if (hasMemory() && dimensions.isRecurrent(d)) {
        c.put(d, product.next());
      }
    }
  }

  @SuppressWarnings("unchecked") // the builder looked at the types
  private Operand<T> typed(Operand<?> part) {
    return (Operand<T>) part;
  }

  private static <T extends TFloating> Operand<T> at(Map<Integer, Operand<T>> values, int d) {
    return requireNonNull(values.get(d));
  }

  /** What all dimensions but the last hold, which cells take as their input. */
  private Operand<T> others(Ops tf, Map<Integer, Operand<T>> seen) {
    if (dimensions.count() == 1) {
      return nothing(tf, at(seen, 0));
    }
    return Columns.join(
        tf,
        dimensions.all().subList(0, dimensions.count() - 1).stream()
            .map(d -> at(seen, d))
            .toList());
  }

  private Operand<T> output(Ops tf, Map<Integer, Operand<T>> h) {
    return dimensions.outputs().isEmpty()
        ? nothing(tf, at(h, 0))
        : Columns.join(tf, dimensions.outputs().stream().map(d -> at(h, d)).toList());
  }

  /** No columns for as many rows. */
  private Operand<T> nothing(Ops tf, Operand<T> rows) {
    return tf.slice(rows, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, 0}));
  }

  private String place(String kind, int d) {
    return tied ? kind : kind + "/cell_" + d;
  }

  private Linear<T> connection(VariableScope own) {
    var weights =
        own.variable(
            "fully_connected/weights", Shape.of((long) dimensions.count() * units, units), type);
    return new Linear<>(
        weights,
        own.variable("fully_connected/biases", Shape.of(units), type, Initializers.zeros()));
  }
}

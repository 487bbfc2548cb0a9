package io.github.tfrnn.cells;

import io.github.tfrnn.cells.LstmUpdate.Peepholes;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Grid LSTMs that see one input, each in a direction of its own; two cells are made of it. */
final class GridLstm<T extends TFloating> implements ProjectsInput<T, List<GridLstmState<T>>> {
  private final Class<T> type;
  private final int units;
  private final double forgetBias;
  private final boolean peepholes;
  private final boolean shared;
  private final boolean coupled;
  private final OptionalDouble cellClip;
  private final int unitShards;
  private final @Nullable VariableInitializer initializer;
  private final Activation<T> activation;
  private final FrequencyWindows windows;
  private final List<Direction> directions;
  private final CellScope scope;

  /**
   * A way through the frequencies.
   *
   * @param name of its scope; empty for none
   * @param offset by how many columns its windows are moved
   * @param downwards whether it begins with the highest window
   */
  record Direction(String name, int offset, boolean downwards) {
    static final Direction ONLY = new Direction("", 0, false);

    VariableScope in(VariableScope own) {
      return name.isEmpty() ? own : own.scope(name);
    }
  }

  GridLstm(GridLstmBuilder<T, ?> builder, List<Direction> directions) {
    type = builder.type;
    units = builder.units;
    forgetBias = builder.forgetBias;
    peepholes = builder.peepholes;
    shared = builder.sharedWeights;
    coupled = builder.coupledGates;
    cellClip = builder.cellClip;
    unitShards = builder.unitShards;
    initializer = builder.initializer;
    activation = builder.activation;
    windows = builder.windows();
    this.directions = List.copyOf(directions);
    scope = builder.scope();
  }

  @Override
  public Class<T> type() {
    return type;
  }

  private int windowsInAll() {
    return directions.size() * windows.total();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return Structure.tensor(Leaf.of("h", type, Shape.of(2L * units * windowsInAll())));
  }

  @Override
  public Structure<List<GridLstmState<T>>> stateSize() {
    var leaves = new ArrayList<Leaf>();
    for (var direction : directions) {
      String prefix = direction.name().isEmpty() ? "state" : direction.name() + "_state";
      for (int b = 0; b < windows.steps().size(); b++) {
        for (int k = 0; k < windows.steps().get(b); k++) {
          String name = "%s_f%02d_b%02d".formatted(prefix, k, b);
          leaves.add(Leaf.of(name + "_c", type, Shape.of(units)));
          leaves.add(Leaf.of(name + "_m", type, Shape.of(units)));
        }
      }
    }
    return StateLists.as(
        StateLists.of(LstmState.<T>structure(type, units, units), leaves),
        states ->
            states.stream()
                .flatMap(state -> state.blocks().stream())
                .flatMap(List::stream)
                .toList(),
        flat -> inDirections(flat).stream().map(GridLstmState::new).toList());
  }

  /** A list with one entry for each window, in lists for directions and blocks. */
  private <V> List<List<List<V>>> inDirections(List<V> all) {
    var lists = new ArrayList<List<List<V>>>();
    int each = windows.total();
    for (int d = 0; d < directions.size(); d++) {
      lists.add(windows.inBlocks(all.subList(d * each, (d + 1) * each)));
    }
    return lists;
  }

  @Override
  public Step<Operand<T>, List<GridLstmState<T>>> step(
      VariableScope scope, Operand<T> x, List<GridLstmState<T>> states) {
    return this.scope.within(
        scope,
        own -> {
          requireFit(own.name(), x);
          requireState(own.name(), states, x);
          var blocks = blocks(own);
          return next(own.tf(), blocks, products(own.tf(), blocks, x), states);
        });
  }

  @Override
  public Projection<T, List<GridLstmState<T>>> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          requireFit(own.name(), inputs);
          var blocks = blocks(own);
          var products = products(own.tf(), blocks, inputs);
          return new Projection<>(
              Columns.join(own.tf(), products),
              (tf, projected, states) -> {
                requireState(own.name(), states, projected);
                return next(tf, blocks, Columns.equal(tf, projected, windowsInAll()), states);
              });
        });
  }

  private void requireFit(String who, Operand<T> x) {
    windows.requireFit(who, "num_frequency_blocks", Fit.depth(who, x, type));
  }

  private void requireState(String who, List<GridLstmState<T>> states, Operand<T> rows) {
    for (var state : states) {
      var steps = state.blocks().stream().map(List::size).toList();
      if (!steps.equals(windows.steps())) {
        throw new IllegalArgumentException(
            who
                + ": state must have "
                + windows.steps()
                + " frequency steps in its blocks, got "
                + steps);
      }
    }
    Fit.state(who, stateSize(), states, rows);
  }

  /** The blocks of all directions. */
  private List<GridLstmBlock<T>> blocks(VariableScope inside) {
    var tf = Ops.create(inside.graph()); // what is made of weights alone stays outside of a loop
    var here = inside.withOps(tf);
    var own = initializer == null ? here : here.withInitializer(initializer);
    var blocks = new ArrayList<GridLstmBlock<T>>();
    for (var direction : directions) {
      var at = direction.in(own);
      for (int b = 0; b < windows.steps().size(); b++) {
        blocks.add(block(at, b));
      }
    }
    return blocks;
  }

  private GridLstmBlock<T> block(VariableScope own, int index) {
    var tf = own.tf();
    var frequency = gates(own, "f", index);
    var both = shared ? frequency : beside(tf, frequency, gates(own, "t", index));
    var overFrequency = update(own, "freq", index);
    var overTime = shared ? overFrequency : update(own, "time", index);
    return new GridLstmBlock<>(
        both.halves(tf, windows.size(), 2L * units), overFrequency, overTime, shared);
  }

  private static <T extends TFloating> Linear<T> beside(Ops tf, Linear<T> one, Linear<T> other) {
    return new Linear<>(
        tf.concat(List.of(one.kernel(), other.kernel()), tf.constant(1)),
        tf.concat(List.of(one.bias(), other.bias()), tf.constant(0)));
  }

  private Linear<T> gates(VariableScope own, String kind, int block) {
    String suffix = "_" + kind + "_" + block;
    long rows = windows.size() + 2L * units;
    long columns = (coupled ? 3L : 4L) * units;
    var kernel = Shards.kernel(own, "W" + suffix, rows, columns, type, unitShards);
    var bias = own.variable("B" + suffix, Shape.of(columns), type, Initializers.zeros());
    var gates = new Linear<>(kernel, bias);
    return coupled
        ? gates
        : gates.shifted(own.tf(), Columns.row(own.tf(), type, units, 0, 0, forgetBias, 0));
  }

  private LstmUpdate<T> update(VariableScope own, String kind, int block) {
    if (!peepholes) {
      return new LstmUpdate<>(coupled, Peepholes.none(), cellClip, activation);
    }
    List<Operand<T>> f = coupled ? List.of() : diagonals(own, "W_F_diag_" + kind, block);
    var i = diagonals(own, "W_I_diag_" + kind, block);
    var o = diagonals(own, "W_O_diag_" + kind, block);
    return new LstmUpdate<>(coupled, new Peepholes<>(f, i, o), cellClip, activation);
  }

  /** The weights for the memory over frequency and for that over time. */
  private List<Operand<T>> diagonals(VariableScope own, String name, int block) {
    return List.of(
        own.variable(name + "f_" + block, Shape.of(units), type),
        own.variable(name + "t_" + block, Shape.of(units), type));
  }

  /** The products of the windows, in the order of the states. */
  private List<Operand<T>> products(Ops tf, List<GridLstmBlock<T>> blocks, Operand<T> x) {
    var products = new ArrayList<Operand<T>>();
    var block = blocks.iterator();
    for (var direction : directions) {
      for (var seen : windows.of(tf, x, direction.offset())) {
        var ordered = new ArrayList<>(seen);
        if (direction.downwards()) {
          Collections.reverse(ordered);
        }
        var weights = block.next().products();
        ordered.forEach(window -> products.add(weights.project(tf, window)));
      }
    }
    return products;
  }

  private Step<Operand<T>, List<GridLstmState<T>>> next(
      Ops tf,
      List<GridLstmBlock<T>> blocks,
      List<Operand<T>> products,
      List<GridLstmState<T>> states) {
    var outputs = new ArrayList<Operand<T>>();
    var next = new ArrayList<LstmState<T>>();
    var block = blocks.iterator();
    var projected = inDirections(products);
    for (int d = 0; d < states.size(); d++) {
      for (int b = 0; b < windows.steps().size(); b++) {
        var olds = states.get(d).blocks().get(b);
        next.addAll(block.next().step(tf, projected.get(d).get(b), olds, outputs));
      }
    }
    return new Step<>(
        Columns.join(tf, outputs), inDirections(next).stream().map(GridLstmState::new).toList());
  }
}

package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.Xla;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/** A cell of any input and output with compiled steps; see {@link CompiledWrapper}. */
record CompiledCell<X, Y, S>(RnnCell<X, Y, S> cell) implements RnnCell<X, Y, S> {
  private static final String NAME = "compiled_wrapper";

  @Override
  public Structure<X> inputSize() {
    return cell.inputSize();
  }

  @Override
  public Structure<Y> outputSize() {
    return cell.outputSize();
  }

  @Override
  public Structure<S> stateSize() {
    return cell.stateSize();
  }

  @Override
  public S zeroState(Ops tf, Operand<TInt32> batchSize) {
    return cell.zeroState(tf, batchSize);
  }

  @Override
  public Step<Y, S> step(VariableScope scope, X input, S state) {
    return compiled(cell, scope.tf(), ops -> cell.step(scope.withOps(ops), input, state));
  }

  /** Compiles a step of {@code cell}, or a part of one. */
  static <Y, S> Step<Y, S> compiled(RnnCell<?, Y, S> cell, Ops tf, Function<Ops, Step<Y, S>> step) {
    return Xla.compile(tf, NAME, results(cell.outputSize(), cell.stateSize()), step);
  }

  private static <Y, S> Structure<Step<Y, S>> results(Structure<Y> outputs, Structure<S> states) {
    var leaves = new ArrayList<Leaf>(outputs.leaves());
    leaves.addAll(states.leaves());
    int first = outputs.leaves().size();
    return Structure.of(
        leaves,
        step -> {
          List<Operand<?>> parts = new ArrayList<>(outputs.flatten(step.output()));
          parts.addAll(states.flatten(step.state()));
          return parts;
        },
        parts ->
            new Step<>(
                outputs.pack(parts.subList(0, first)),
                states.pack(parts.subList(first, parts.size()))));
  }
}

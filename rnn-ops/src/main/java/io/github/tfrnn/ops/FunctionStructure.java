package io.github.tfrnn.ops;

import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;

/** A {@link Structure} made of two functions; it checks the number of parts on both ways. */
record FunctionStructure<V>(
    List<Leaf> leaves, Function<V, List<Operand<?>>> taking, Function<List<Operand<?>>, V> making)
    implements Structure<V> {

  FunctionStructure {
    leaves = List.copyOf(leaves);
  }

  @Override
  public List<Operand<?>> flatten(V value) {
    return checked(List.copyOf(taking.apply(value)));
  }

  @Override
  public V pack(List<? extends Operand<?>> parts) {
    return making.apply(checked(List.copyOf(parts)));
  }

  private List<Operand<?>> checked(List<Operand<?>> parts) {
    if (parts.size() != leaves.size()) {
      throw new IllegalArgumentException(
          "structure: value must have "
              + leaves.size()
              + " tensors "
              + leaves.stream().map(Leaf::name).toList()
              + ", got "
              + parts.size());
    }
    return parts;
  }
}

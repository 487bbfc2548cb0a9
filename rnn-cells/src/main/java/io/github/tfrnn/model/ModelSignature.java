package io.github.tfrnn.model;

import io.github.tfrnn.ops.Structure;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;

/**
 * A named function of a SavedModel: which operands are its inputs and outputs, and under which
 * names. It never changes; its methods give a copy.
 */
public final class ModelSignature {
  private final String name;
  private final Map<String, Operand<?>> inputs;
  private final Map<String, Operand<?>> outputs;

  private ModelSignature(
      String name, Map<String, Operand<?>> inputs, Map<String, Operand<?>> outputs) {
    this.name = name;
    this.inputs = Collections.unmodifiableMap(inputs);
    this.outputs = Collections.unmodifiableMap(outputs);
  }

  /** A signature without inputs and outputs; the usual name is {@code serving_default}. */
  public static ModelSignature named(String name) {
    return new ModelSignature(name, new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /** The name that callers ask for. */
  public String name() {
    return name;
  }

  /** Inputs by name, in order. */
  public Map<String, Operand<?>> inputs() {
    return inputs;
  }

  /** Outputs by name, in order. */
  public Map<String, Operand<?>> outputs() {
    return outputs;
  }

  /**
   * Returns the signature with one more input.
   *
   * @param operand any; one that is no placeholder becomes one in the file
   * @throws IllegalArgumentException if the name is taken
   */
  public ModelSignature input(String name, Operand<?> operand) {
    return new ModelSignature(this.name, with(inputs, "input", name, operand), outputs);
  }

  /**
   * Returns the signature with one more output.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public ModelSignature output(String name, Operand<?> operand) {
    return new ModelSignature(this.name, inputs, with(outputs, "output", name, operand));
  }

  /**
   * Returns the signature with a state that goes in and comes out under the same names, so that a
   * caller feeds what it got: {@code prefix/cell_0/c}, {@code prefix/cell_0/h}, ...; {@code prefix}
   * alone for a state of one tensor.
   *
   * @param initial the operands that the state enters by
   * @param last the state after the run
   * @throws IllegalArgumentException if a name is taken
   */
  public <S> ModelSignature state(String prefix, Structure<S> structure, S initial, S last) {
    var signature = this;
    var in = structure.flatten(initial);
    var out = structure.flatten(last);
    for (int i = 0; i < in.size(); i++) {
      String leaf = structure.leaves().get(i).under(prefix).name();
      signature = signature.input(leaf, in.get(i)).output(leaf, out.get(i));
    }
    return signature;
  }

  private Map<String, Operand<?>> with(
      Map<String, Operand<?>> map, String kind, String name, Operand<?> operand) {
    var more = new LinkedHashMap<>(map);
    if (more.put(name, operand) != null) {
      throw new IllegalArgumentException(
          this.name + ": " + kind + " names must differ, got " + name + " twice");
    }
    return more;
  }

  @Override
  public String toString() {
    return name + inputs.keySet() + " -> " + outputs.keySet();
  }
}

package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.types.family.TType;

/**
 * A signature of a loaded model: what it takes, what it gives, and a call of it. Any number of
 * threads may call it at once.
 */
public final class LoadedSignature {
  private final RnnModel model;
  private final String name;
  private final Map<String, TensorSpec> inputs;
  private final Map<String, TensorSpec> outputs;
  private final Map<String, Output<?>> fed = new LinkedHashMap<>();

  /** Each tensor once: a run refuses to fetch one twice. */
  private final List<Output<?>> fetched = new ArrayList<>();

  private final Map<String, Integer> positions = new LinkedHashMap<>();

  LoadedSignature(RnnModel model, String name, SavedModelFile.SignatureTensors tensors) {
    this.model = model;
    this.name = name;
    this.inputs = tensors.inputs();
    this.outputs = tensors.outputs();
    tensors
        .inputTensors()
        .forEach((input, tensor) -> fed.put(input, model.graph().outputOrThrow(tensor)));
    tensors
        .outputTensors()
        .forEach(
            (output, tensor) -> {
              var operand = model.graph().outputOrThrow(tensor);
              if (!fetched.contains(operand)) {
                fetched.add(operand);
              }
              positions.put(output, fetched.indexOf(operand));
            });
  }

  /** Its name in the model. */
  public String name() {
    return name;
  }

  /** What a call takes, by name. */
  public Map<String, TensorSpec> inputs() {
    return inputs;
  }

  /** What a call gives, by name. */
  public Map<String, TensorSpec> outputs() {
    return outputs;
  }

  /** The names that are inputs and outputs: the parts of a state, which a stream carries. */
  public Set<String> stateNames() {
    var both = new TreeSet<>(inputs.keySet());
    both.retainAll(outputs.keySet());
    return both;
  }

  /**
   * The operand of the model's graph that an input is, to build on.
   *
   * @throws IllegalArgumentException if there is none of that name and type
   */
  public <T extends TType> Operand<T> input(String name, Class<T> type) {
    return found("input", fed, name).expect(type);
  }

  /**
   * The operand of the model's graph that an output is, to build a loss on.
   *
   * @throws IllegalArgumentException if there is none of that name and type
   */
  public <T extends TType> Operand<T> output(String name, Class<T> type) {
    return fetched.get(found("output", positions, name)).expect(type);
  }

  /**
   * Runs once.
   *
   * @param tensors one for each input
   * @return what came out; the caller closes it
   * @throws IllegalArgumentException if an input is missing, unknown, or of another type or shape
   * @throws IllegalStateException if the model is closed
   * @throws org.tensorflow.exceptions.TensorFlowException if the run fails or takes too long
   */
  public ModelOutputs call(Map<String, ? extends Tensor> tensors) {
    return model.whileOpen(() -> run(tensors));
  }

  /** The class of the tensors of an input. */
  Class<? extends TType> typeOf(String input) {
    return found("input", fed, input).type();
  }

  /** Refuses a tensor that an input cannot be fed. */
  void requireFits(String input, Tensor tensor) {
    spec(input).requireFits(name, tensor);
  }

  /** What is said of an input. */
  TensorSpec spec(String input) {
    return found("input", inputs, input);
  }

  /** As {@link #call}, where the caller knows that the model is open. */
  ModelOutputs run(Map<String, ? extends Tensor> tensors) {
    requireInputs(tensors);
    var runner = model.runner();
    fed.forEach((input, operand) -> runner.feed(operand, tensors.get(input)));
    fetched.forEach(runner::fetch);
    return new ModelOutputs(name, runner.run(), positions);
  }

  private void requireInputs(Map<String, ? extends Tensor> tensors) {
    if (!tensors.keySet().equals(inputs.keySet())) {
      throw new IllegalArgumentException(
          name
              + ": inputs must be "
              + inputs.values()
              + ", got "
              + new TreeSet<>(tensors.keySet()));
    }
    tensors.forEach(this::requireFits);
  }

  private <V> V found(String kind, Map<String, V> all, String wanted) {
    var value = all.get(wanted);
    if (value == null) {
      throw new IllegalArgumentException(
          name + ": " + kind + " must be one of " + all.keySet() + ", got " + wanted);
    }
    return value;
  }

  @Override
  public String toString() {
    return name + inputs.values() + " -> " + outputs.values();
  }
}

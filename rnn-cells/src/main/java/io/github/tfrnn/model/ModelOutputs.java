package io.github.tfrnn.model;

import java.util.Map;
import java.util.Set;
import org.tensorflow.Result;
import org.tensorflow.Tensor;

/** What a model answered, by the names of the signature. It owns the tensors until it is closed. */
public final class ModelOutputs implements AutoCloseable {
  private final String signature;
  private final Result result;
  private final Map<String, Integer> positions;

  ModelOutputs(String signature, Result result, Map<String, Integer> positions) {
    this.signature = signature;
    this.result = result;
    this.positions = positions;
  }

  /** The names of the outputs. */
  public Set<String> names() {
    return positions.keySet();
  }

  /**
   * The tensor of a name. It is closed with this object.
   *
   * @throws IllegalArgumentException if there is no output of that name
   */
  public Tensor get(String name) {
    var position = positions.get(name);
    if (position == null) {
      throw new IllegalArgumentException(
          signature + ": output must be one of " + positions.keySet() + ", got " + name);
    }
    return result.get(position);
  }

  /**
   * The tensor of a name as one of a type such as {@code TFloat32}.
   *
   * @throws IllegalArgumentException if there is no output of that name, or it is of another type
   */
  public <T extends Tensor> T get(String name, Class<T> type) {
    var tensor = get(name);
    if (!type.isInstance(tensor)) {
      throw new IllegalArgumentException(
          signature
              + ": "
              + name
              + " must be asked for as what it is, "
              + ElementTypes.text(tensor.dataType())
              + ", got "
              + type.getSimpleName());
    }
    return type.cast(tensor);
  }

  @Override
  public void close() {
    result.close();
  }
}

package io.github.tfrnn.ops;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.framework.constraints.Constraint;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TType;

/**
 * A variable of a graph, as the {@link VariableScope} that made it lists it.
 *
 * @param name its full name, which is also the name of its op and its key in a checkpoint
 * @param shape its shape, fully known
 * @param type its element type
 * @param trainable whether optimizers change it
 * @param collections the names of the collections that list it
 * @param partition where it stands in a partitioned variable, if it is a part of one
 * @param constraint what optimizers do to it after each update, if anything
 * @param value reads it: an identity of the reference, which is what gradients are taken with
 *     respect to
 */
public record Variable(
    String name,
    Shape shape,
    Class<? extends TType> type,
    boolean trainable,
    List<String> collections,
    Optional<Partition> partition,
    Optional<Constraint> constraint,
    Operand<? extends TType> value) {

  /**
   * Returns {@link #value} as an operand of {@code type}.
   *
   * @throws IllegalArgumentException if the variable has another type
   */
  public <T extends TType> Operand<T> value(Class<T> type) {
    if (this.type != type) {
      throw new IllegalArgumentException(
          name + ": type must be " + type.getSimpleName() + ", got " + this.type.getSimpleName());
    }
    @SuppressWarnings("unchecked") // checked above
    var typed = (Operand<T>) value;
    return typed;
  }
}

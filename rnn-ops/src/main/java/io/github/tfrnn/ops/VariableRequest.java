package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.function.UnaryOperator;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TType;

/**
 * What a {@link VariableScope} was asked for, as its {@link VariableGetter} sees it.
 *
 * @param name the full name
 * @param shape its shape
 * @param type its type
 * @param options those of the scope, with the changes of this one variable
 */
public record VariableRequest(
    String name, Shape shape, Class<? extends TType> type, VariableOptions options) {

  /** Checks that nothing is null. */
  public VariableRequest {
    requireNonNull(name, "name");
    requireNonNull(shape, "shape");
    requireNonNull(type, "type");
    requireNonNull(options, "options");
  }

  /** Returns the request for another full name. */
  public VariableRequest withName(String name) {
    return new VariableRequest(name, shape, type, options);
  }

  /** Returns the request for another shape. */
  public VariableRequest withShape(Shape shape) {
    return new VariableRequest(name, shape, type, options);
  }

  /** Returns the request for another type. */
  public VariableRequest withType(Class<? extends TType> type) {
    return new VariableRequest(name, shape, type, options);
  }

  /** Returns the request with changed options. */
  public VariableRequest with(UnaryOperator<VariableOptions> change) {
    return new VariableRequest(name, shape, type, change.apply(options));
  }
}

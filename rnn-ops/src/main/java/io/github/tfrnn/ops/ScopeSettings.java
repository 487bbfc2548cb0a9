package io.github.tfrnn.ops;

import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * What a {@link VariableScope} hands down to the scopes inside it.
 *
 * @param options how variables are made
 * @param getter stands between the scope and its variables
 */
record ScopeSettings(VariableOptions options, VariableGetter getter) {

  static final ScopeSettings ROOT =
      new ScopeSettings(VariableOptions.DEFAULTS, (next, request) -> next.get(request));

  ScopeSettings with(UnaryOperator<VariableOptions> change) {
    return new ScopeSettings(change.apply(options), getter);
  }

  /** What scopes inside begin with. */
  ScopeSettings inside() {
    return new ScopeSettings(options.inside(), getter);
  }

  /** The new getter comes first, and asks the one there was. */
  ScopeSettings withGetter(VariableGetter inner) {
    var outer = getter;
    return new ScopeSettings(
        options, (next, request) -> inner.get(new Chained(outer, next), request));
  }

  /**
   * Asks the getter.
   *
   * @throws IllegalArgumentException if it returns something else than what was asked for
   */
  <T extends TType> Operand<T> get(VariableSource source, VariableRequest request, Class<T> type) {
    var value = getter.get(source, request);
    if (value.type() != type
        || !value.shape().isCompatibleWith(request.shape())
        || value.op().env() != source.tf().scope().env()) {
      throw new IllegalArgumentException(
          request.name()
              + ": getter must return a value of the graph, "
              + type.getSimpleName()
              + Shapes.text(request.shape())
              + ", got "
              + value.type().getSimpleName()
              + Shapes.text(value.shape()));
    }
    return value.asOutput().expect(type);
  }

  private record Chained(VariableGetter getter, VariableSource next) implements VariableSource {
    @Override
    public Operand<? extends TType> get(VariableRequest request) {
      return getter.get(next, request);
    }

    @Override
    public Ops tf() {
      return next.tf();
    }
  }
}

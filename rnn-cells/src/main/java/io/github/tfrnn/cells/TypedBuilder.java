package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import org.tensorflow.types.family.TFloating;

/** What is set for every built cell: the type and the scope of its weights. */
abstract class TypedBuilder<T extends TFloating, B extends TypedBuilder<T, B>>
    extends NamedBuilder<B> {
  final Class<T> type;

  TypedBuilder(Class<T> type, String name) {
    super(name);
    this.type = requireNonNull(type, "type");
  }

  /** Takes over the settings of another builder. */
  TypedBuilder(TypedBuilder<T, ?> other) {
    super(other);
    type = other.type;
  }
}

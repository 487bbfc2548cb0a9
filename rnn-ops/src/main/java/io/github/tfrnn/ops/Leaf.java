package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TType;

/**
 * One tensor of a {@link Structure}: its name, its type and its shape.
 *
 * @param name what the tensor is called in messages, placeholders and signatures, such as {@code c}
 * @param type its element type; {@code TType.class} where any type will do
 * @param shape its shape for one row of a batch, such as {@code [units]}; unknown where any will do
 * @param batched whether a batch dimension comes before {@code shape}
 */
public record Leaf(String name, Class<? extends TType> type, Shape shape, boolean batched) {

  /** Checks that nothing is null. */
  public Leaf {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    requireNonNull(shape, "shape");
  }

  /** A tensor with one row for each member of the batch: {@code [batch] + row}. */
  public static Leaf of(String name, Class<? extends TType> type, Shape row) {
    return new Leaf(name, type, row, true);
  }

  /** A tensor that the whole batch shares, such as a step counter. */
  public static Leaf unbatched(String name, Class<? extends TType> type, Shape shape) {
    return new Leaf(name, type, shape, false);
  }

  /** A tensor of any type and shape. */
  public static Leaf any(String name) {
    return new Leaf(name, TType.class, Shape.unknown(), true);
  }

  /** Returns the same leaf with {@code prefix} and a slash before its name. */
  public Leaf under(String prefix) {
    return new Leaf(name.isEmpty() ? prefix : prefix + "/" + name, type, shape, batched);
  }

  /** Returns the whole shape for {@code batch} rows; {@code -1} stands for an unknown number. */
  public Shape withBatch(long batch) {
    return batched && !shape.isUnknown() ? shape.prepend(batch) : shape;
  }

  /** Returns {@code whole} without the sizes that are unknown here; the batch is kept. */
  Shape loosen(Shape whole) {
    var said = withBatch(0);
    if (said.isUnknown() || whole.isUnknown() || said.numDimensions() != whole.numDimensions()) {
      return whole;
    }
    long[] sizes = whole.asArray();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = said.get(i) < 0 ? Shape.UNKNOWN_SIZE : sizes[i];
    }
    return Shape.of(sizes);
  }
}

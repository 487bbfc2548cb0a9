package io.github.tfrnn.ops;

import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.tensorflow.ndarray.Shape;

/** Shapes as messages show them. */
public final class Shapes {
  private Shapes() {}

  /** Renders a shape for people: {@code [?, 20, 64]}, or {@code an unknown shape}. */
  public static String text(Shape shape) {
    if (shape.isUnknown()) {
      return "an unknown shape";
    }
    return LongStream.of(shape.asArray())
        .mapToObj(size -> size < 0 ? "?" : Long.toString(size))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

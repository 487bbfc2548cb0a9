package io.github.tfrnn.model;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorShapeProto;

/** Shapes as files hold them. */
final class ShapeProtos {
  private ShapeProtos() {}

  /** The shape that a file tells, with -1 for a size that it does not. */
  static Shape shape(TensorShapeProto proto) {
    return proto.getUnknownRank()
        ? Shape.unknown()
        : Shape.of(
            proto.getDimList().stream()
                .mapToLong(dim -> Math.max(Shape.UNKNOWN_SIZE, dim.getSize()))
                .toArray());
  }

  /** The other way round. */
  static TensorShapeProto proto(Shape shape) {
    var proto = TensorShapeProto.newBuilder();
    if (shape.isUnknown()) {
      return proto.setUnknownRank(true).build();
    }
    for (long size : shape.asArray()) {
      proto.addDimBuilder().setSize(size);
    }
    return proto.build();
  }
}

package io.github.tfrnn.model;

import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Whether a tensor or a shape that is written in a graph is one. */
final class ConstantCheck {
  private static final int MAX_RANK = 254;

  /** A few bytes of file may not ask for more memory than this when one value is repeated. */
  private static final long MAX_REPEATED = 1L << 28;

  private ConstantCheck() {}

  /** Refuses a shape that no tensor can have, part of it unknown or not. */
  static void requireShape(ModelFile file, String what, TensorShapeProto shape) {
    if (shape.getUnknownRank()) {
      if (shape.getDimCount() > 0) {
        throw file.refuse(what, "have no sizes if its rank is unknown", text(shape));
      }
      return;
    }
    if (shape.getDimCount() > MAX_RANK) {
      throw file.refuse(what, "have at most " + MAX_RANK + " dimensions", shape.getDimCount());
    }
    long elements = 1;
    for (var dim : shape.getDimList()) {
      long size = dim.getSize();
      if (size < -1) {
        throw file.refuse(what, "have sizes of -1 or more", text(shape));
      }
      if (size > 0) {
        if (elements > Long.MAX_VALUE / 16 / size) {
          throw file.refuse(what, "have a number of elements that memory can count", text(shape));
        }
        elements *= size;
      }
    }
  }

  /** Refuses a tensor whose values do not fill its shape. */
  static void requireTensor(ModelFile file, String what, TensorProto tensor) {
    requireShape(file, "shape of " + what, tensor.getTensorShape());
    var shape = tensor.getTensorShape();
    if (shape.getUnknownRank() || shape.getDimList().stream().anyMatch(d -> d.getSize() < 0)) {
      throw file.refuse("shape of " + what, "be known", text(shape));
    }
    long elements = 1;
    for (var dim : shape.getDimList()) {
      elements *= dim.getSize();
    }
    boolean string = tensor.getDtype() == DataType.DT_STRING;
    int size = ElementTypes.bytes(tensor.getDtype());
    if (!string && size == 0) {
      throw file.refuse(what, "be of numbers, booleans or strings", tensor.getDtype());
    }
    long content = tensor.getTensorContent().size();
    long values = values(tensor);
    boolean whole =
        string
            ? elements <= content && StringConstant.read(tensor, (int) elements).isPresent()
            : content == elements * size;
    if (content > 0 && !whole) {
      throw file.refuse(
          what, "hold " + elements + " elements", content + " bytes of " + tensor.getDtype());
    }
    if (values > elements) {
      throw file.refuse(what, "hold at most " + elements + " elements", values);
    }
    if (content == 0 && elements > Math.max(values, MAX_REPEATED)) {
      throw file.refuse(
          what, "repeat a value at most " + MAX_REPEATED + " times", elements + " times");
    }
  }

  private static long values(TensorProto tensor) {
    return switch (tensor.getDtype()) {
      case DT_FLOAT -> tensor.getFloatValCount();
      case DT_DOUBLE -> tensor.getDoubleValCount();
      case DT_INT64 -> tensor.getInt64ValCount();
      case DT_UINT64 -> tensor.getUint64ValCount();
      case DT_UINT32 -> tensor.getUint32ValCount();
      case DT_BOOL -> tensor.getBoolValCount();
      case DT_STRING -> tensor.getStringValCount();
      case DT_HALF, DT_BFLOAT16 -> tensor.getHalfValCount();
      case DT_COMPLEX64 -> (tensor.getScomplexValCount() + 1) / 2;
      case DT_COMPLEX128 -> (tensor.getDcomplexValCount() + 1) / 2;
      default -> tensor.getIntValCount();
    };
  }

  private static String text(TensorShapeProto shape) {
    return shape.getDimList().stream().map(dim -> Long.toString(dim.getSize())).toList().toString();
  }
}

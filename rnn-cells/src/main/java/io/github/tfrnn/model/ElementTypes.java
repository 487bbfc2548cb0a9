package io.github.tfrnn.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** What is known of the element types that files name. */
final class ElementTypes {
  private static final Map<DataType, Class<? extends TType>> CLASSES =
      Map.of(
          DataType.DT_BFLOAT16, TBfloat16.class,
          DataType.DT_BOOL, TBool.class,
          DataType.DT_HALF, TFloat16.class,
          DataType.DT_FLOAT, TFloat32.class,
          DataType.DT_DOUBLE, TFloat64.class,
          DataType.DT_INT32, TInt32.class,
          DataType.DT_INT64, TInt64.class,
          DataType.DT_STRING, TString.class,
          DataType.DT_UINT16, TUint16.class,
          DataType.DT_UINT8, TUint8.class);

  private ElementTypes() {}

  /** The class of tensors of such elements, if TensorFlow-Java has one. */
  static Optional<Class<? extends TType>> tensorClass(DataType type) {
    return Optional.ofNullable(CLASSES.get(type));
  }

  /** The bytes of an element; 0 if they differ from element to element or are not known. */
  static int bytes(DataType type) {
    return switch (type) {
      case DT_BOOL, DT_INT8, DT_UINT8, DT_QINT8, DT_QUINT8 -> 1;
      case DT_BFLOAT16, DT_HALF, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
      case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_COMPLEX128 -> 16;
      default -> 0;
    };
  }

  /** The type as messages show it: {@code float}, {@code int64}. */
  static String text(DataType type) {
    return type.name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
  }
}

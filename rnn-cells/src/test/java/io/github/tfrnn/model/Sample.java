package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
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
import org.tensorflow.types.family.TNumber;

/** Tensors of every type that a variable may have, with names. */
final class Sample implements AutoCloseable {
  private static final Shape MATRIX = Shape.of(2, 3);

  final List<NativeFiles.Named> tensors = new ArrayList<>();

  /** All types. */
  static Sample all() {
    var sample = new Sample();
    var random = new Random(3);
    for (var type : List.of(TFloat32.class, TFloat64.class, TFloat16.class, TBfloat16.class)) {
      sample.add(type, random);
    }
    for (var type : List.of(TInt32.class, TInt64.class, TUint8.class, TUint16.class)) {
      sample.add(type, random);
    }
    sample.tensors.add(
        new NativeFiles.Named(
            "bools",
            TBool.tensorOf(
                MATRIX, t -> t.scalars().forEachIndexed((at, s) -> s.setBoolean(at[1] == 1)))));
    sample.tensors.add(
        new NativeFiles.Named(
            "texts",
            TString.tensorOf(
                Shape.of(2, 2), DataBuffers.ofObjects("a", "", "\u00e9".repeat(100), "\0x"))));
    sample.tensors.add(new NativeFiles.Named("scalar", TFloat32.scalarOf(-1.5f)));
    sample.tensors.add(new NativeFiles.Named("empty", TInt64.tensorOf(Shape.of(0, 3))));
    return sample;
  }

  private <T extends TNumber> void add(Class<T> type, Random random) {
    Tensor tensor = Tensor.of(type, MATRIX);
    byte[] bytes = new byte[(int) tensor.numBytes()];
    random.nextBytes(bytes);
    if (tensor instanceof TFloat32 floats) { // random bits may be NaN, which equals nothing
      floats.scalars().forEach(scalar -> scalar.setFloat(random.nextFloat()));
    } else {
      tensor.asRawTensor().data().write(bytes);
    }
    tensors.add(new NativeFiles.Named("numbers/" + type.getSimpleName(), tensor));
  }

  /** The elements of a tensor, whatever they are; numbers by their bits. */
  static Object content(Tensor tensor) {
    if (tensor instanceof TString texts) {
      return elements(texts);
    }
    byte[] bytes = new byte[(int) tensor.numBytes()];
    tensor.asRawTensor().data().read(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static List<Object> elements(Tensor tensor) {
    var all = new ArrayList<Object>();
    ((NdArray<?>) tensor).scalars().forEach(scalar -> all.add(scalar.getObject()));
    return all;
  }

  /** Asserts that a checkpoint holds these values. */
  static void assertHolds(Checkpoint checkpoint, List<NativeFiles.Named> tensors) {
    for (var named : tensors) {
      try (var read = checkpoint.read(named.name())) {
        assertEquals(named.value().dataType(), read.dataType(), named.name());
        assertEquals(named.value().shape(), read.shape(), named.name());
        assertEquals(content(named.value()), content(read), named.name());
      }
    }
    assertEquals(tensors.size(), checkpoint.variables().size());
  }

  @Override
  public void close() {
    tensors.forEach(named -> named.value().close());
  }
}
